using System.Runtime.Serialization;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Xml;
using PaxosWcf.ReplicaHost.Tracing;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>From the bytes of a request to a message, and from its body to the arguments of an operation.</summary>
internal static class RequestReader
{
    /// <summary>Opens the envelope and looks at its headers. The message owns the buffer from here on.</summary>
    /// <exception cref="InvalidRequestException">It is no SOAP message, or not within the limits.</exception>
    /// <exception cref="FaultException">It is of another SOAP version, or has a header that must be understood.</exception>
    public static Message Open(MessageCodec codec, ArraySegment<byte> body, BufferManager pool)
    {
        if (codec.IsText)
        {
            TextGuard.Check(body);
        }
        try
        {
            var message = codec.Encoder.ReadMessage(body, pool, codec.ContentType);
            RefuseHeaders(message);
            return message;
        }
        catch (Exception unreadable) when (unreadable is not FaultException && IsCausedByInput(unreadable))
        {
            throw IsOtherVersion(codec, body)
                ? SoapFaults.VersionMismatch()
                : new InvalidRequestException("envelope", "is not a SOAP message within the limits.", unreadable);
        }
    }

    /// <summary>Reads the arguments, in the contract's order.</summary>
    /// <exception cref="InvalidRequestException">Something is missing, unknown, repeated, out of order, null or of the
    /// wrong type; it says which.</exception>
    public static object?[] ReadArguments(Message message, SoapOperation operation)
    {
        using var activity = ReplicaActivities.Source.StartActivity(operation.ReadActivity);
        try
        {
            if (message.IsEmpty)
            {
                throw new InvalidRequestException("body", "is empty.");
            }
            using var reader = message.GetReaderAtBodyContents();
            var arguments = ReadWrapper(reader, operation);
            ReadToEnd(reader);
            return arguments;
        }
        catch (Exception unreadable) when (IsCausedByInput(unreadable))
        {
            throw InvalidRequestException.Within(unreadable)
                ?? new InvalidRequestException("body", "is not well-formed XML within the limits.", unreadable);
        }
    }

    /// <summary>Whether readers and serializers throw this because of what they were given to read.</summary>
    public static bool IsCausedByInput(Exception exception) =>
        exception is XmlException or SerializationException or CommunicationException or QuotaExceededException
            or InvalidRequestException or FormatException or InvalidCastException or OverflowException
            or ArgumentException or InvalidOperationException;

    private static object?[] ReadWrapper(XmlDictionaryReader reader, SoapOperation operation)
    {
        reader.MoveToContent();
        if (!reader.IsStartElement(operation.RequestElement, operation.Namespace))
        {
            throw new InvalidRequestException(
                "body", $"must hold {operation.RequestElement} of {operation.Namespace}, as the action says.");
        }
        var isEmpty = reader.IsEmptyElement;
        reader.Read();
        var arguments = operation.Parameters.Count == 0 ? [] : new object?[operation.Parameters.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = ReadParameter(reader, operation.Parameters[i], operation, isEmpty);
        }
        if (!isEmpty)
        {
            RefuseMore(reader, operation);
            reader.ReadEndElement();
        }
        return arguments;
    }

    private static object? ReadParameter(
        XmlDictionaryReader reader, SoapParameter parameter, SoapOperation operation, bool isEmpty)
    {
        if (!isEmpty && parameter.StartsAt(reader))
        {
            return parameter.Read(reader);
        }
        if (!parameter.Required)
        {
            return null;
        }
        if (!isEmpty && reader.NodeType == XmlNodeType.Element)
        {
            RefuseMore(reader, operation, parameter);
        }
        throw new InvalidRequestException(parameter.Name, "is missing.");
    }

    private static void RefuseMore(XmlDictionaryReader reader, SoapOperation operation, SoapParameter? awaited = null)
    {
        if (reader.MoveToContent() == XmlNodeType.EndElement)
        {
            return;
        }
        if (reader.NodeType != XmlNodeType.Element)
        {
            throw new InvalidRequestException(operation.RequestElement, "has text between its parameters.");
        }
        var order = string.Join(", ", operation.Parameters.Select(parameter => parameter.Name));
        var known = operation.Parameters.FirstOrDefault(parameter => parameter.StartsAt(reader));
        if (known is not null && awaited is not null && IsBefore(operation, awaited, known))
        {
            throw new InvalidRequestException(
                awaited.Name, $"is missing: {known.Name} is at its place; the order is {order}.");
        }
        if (known is null && operation.Parameters.FirstOrDefault(parameter => parameter.Name == reader.LocalName) is { } meant)
        {
            throw new InvalidRequestException(
                meant.Name, $"is in {XmlText.Namespace(reader.NamespaceURI)}, and must be in the namespace {meant.Namespace}, as all parameters are.");
        }
        throw new InvalidRequestException(
            reader.LocalName,
            known is null
                ? $"is not a parameter of {operation.Name}."
                : $"is repeated or out of order; the order is {order}.");
    }

    private static bool IsBefore(SoapOperation operation, SoapParameter one, SoapParameter other) =>
        operation.Parameters.First(parameter => parameter == one || parameter == other) == one && one != other;

    // What follows is part of the message too: a request that is broken off or carries something behind its operation
    // was not what its sender meant.
    private static void ReadToEnd(XmlDictionaryReader reader)
    {
        while (reader.NodeType != XmlNodeType.None && !reader.EOF)
        {
            if (reader.MoveToContent() is not (XmlNodeType.EndElement or XmlNodeType.None))
            {
                throw new InvalidRequestException("body", "has something behind the operation's element.");
            }
            reader.Read();
        }
    }

    private static void RefuseHeaders(Message message)
    {
        if (message.Headers.Count == 0)
        {
            return;
        }
        var envelope = message.Version.Envelope;
        foreach (var header in message.Headers)
        {
            var isForUs = header.Actor.Length == 0
                || header.Actor == envelope.NextDestinationActorValue
                || envelope.GetUltimateDestinationActorValues().Contains(header.Actor);
            if (header.MustUnderstand && isForUs)
            {
                message.Close();
                throw SoapFaults.MustUnderstand(header.Name, header.Namespace);
            }
        }
    }

    private static bool IsOtherVersion(MessageCodec codec, ArraySegment<byte> body)
    {
        if (!codec.IsText)
        {
            return false;
        }
        try
        {
            using var reader = XmlDictionaryReader.CreateTextReader(
                body.Array!, body.Offset, body.Count, Contracts.WcfBindings.ClientQuotas());
            reader.MoveToContent();
            return reader.LocalName == "Envelope" && reader.NamespaceURI != SoapFaults.NamespaceOf(codec.Version.Envelope);
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
