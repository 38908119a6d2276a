using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Xml;
using PaxosWcf.ReplicaHost.Tracing;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>From a result or a fault to a message.</summary>
internal static class ReplyWriter
{
    public static Message Reply(MessageVersion version, SoapOperation operation, object? result) =>
        Message.CreateMessage(version, null, new ReplyBody(operation, result));

    /// <summary>A fault as its operation declares it. A detail that it does not declare stays here: no client could
    /// read it.</summary>
    public static Message Fault(MessageVersion version, FaultException thrown, SoapOperation? operation)
    {
        var type = thrown.GetType();
        var declared = type.IsGenericType
            ? operation?.FaultsByType.GetValueOrDefault(type.GenericTypeArguments[0])
            : null;
        return Message.CreateMessage(version, null, new FaultBody(version.Envelope, thrown, declared));
    }

    private sealed class ReplyBody(SoapOperation operation, object? result) : BodyWriter(isBuffered: true)
    {
        protected override void OnWriteBodyContents(XmlDictionaryWriter writer)
        {
            using var activity = ReplicaActivities.Source.StartActivity(operation.WriteActivity);
            writer.WriteStartElement(operation.ReplyElement, operation.Namespace);
            operation.ResultSerializer?.WriteObject(writer, result);
            writer.WriteEndElement();
        }
    }
}
