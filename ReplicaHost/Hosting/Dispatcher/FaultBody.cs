using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>A fault as a message's body, in either SOAP version. WCF's client half has readers of faults, but no writer.</summary>
internal sealed class FaultBody(EnvelopeVersion version, FaultException thrown, SoapFault? declared)
    : BodyWriter(isBuffered: true)
{
    private readonly string _namespace = SoapFaults.NamespaceOf(version);

    protected override void OnWriteBodyContents(XmlDictionaryWriter writer)
    {
        if (version == EnvelopeVersion.Soap11)
        {
            WriteSoap11(writer);
        }
        else
        {
            WriteSoap12(writer);
        }
    }

    // SOAP 1.1 has room for one code: the one that says what happened.
    private void WriteSoap11(XmlDictionaryWriter writer)
    {
        writer.WriteStartElement("Fault", _namespace);
        writer.WriteStartElement("faultcode");
        WriteCode(writer, SoapFaults.Meaning(thrown.Code));
        writer.WriteEndElement();
        writer.WriteElementString("faultstring", thrown.Message);
        if (declared is not null)
        {
            writer.WriteStartElement("detail");
            declared.Serializer.WriteObject(writer, declared.DetailOf(thrown));
            writer.WriteEndElement();
        }
        writer.WriteEndElement();
    }

    // SOAP 1.2 wants one of its own codes, and takes ours inside it.
    private void WriteSoap12(XmlDictionaryWriter writer)
    {
        var meaning = SoapFaults.Meaning(thrown.Code);
        writer.WriteStartElement("Fault", _namespace);
        writer.WriteStartElement("Code", _namespace);
        WriteValue(writer, meaning.IsPredefinedFault ? meaning : WhoseFault());
        if (!meaning.IsPredefinedFault)
        {
            writer.WriteStartElement("Subcode", _namespace);
            WriteValue(writer, meaning);
            writer.WriteEndElement();
        }
        writer.WriteEndElement();
        writer.WriteStartElement("Reason", _namespace);
        writer.WriteStartElement("Text", _namespace);
        writer.WriteAttributeString("xml", "lang", null, "en-US");
        writer.WriteString(thrown.Message);
        writer.WriteEndElement();
        writer.WriteEndElement();
        if (declared is not null)
        {
            writer.WriteStartElement("Detail", _namespace);
            declared.Serializer.WriteObject(writer, declared.DetailOf(thrown));
            writer.WriteEndElement();
        }
        writer.WriteEndElement();
    }

    private FaultCode WhoseFault() => new(thrown.Code.IsReceiverFault ? "Receiver" : "Sender");

    private void WriteValue(XmlDictionaryWriter writer, FaultCode code)
    {
        writer.WriteStartElement("Value", _namespace);
        WriteCode(writer, code);
        writer.WriteEndElement();
    }

    private void WriteCode(XmlDictionaryWriter writer, FaultCode code)
    {
        var ns = code.IsPredefinedFault ? _namespace : code.Namespace;
        if (writer.LookupPrefix(ns) is null)
        {
            writer.WriteXmlnsAttribute("f", ns);
        }
        writer.WriteQualifiedName(NameIn(code), ns);
    }

    private string NameIn(FaultCode code) => (code.IsPredefinedFault, version == EnvelopeVersion.Soap11, code.Name) switch
    {
        (true, true, "Sender") => "Client",
        (true, true, "Receiver") => "Server",
        (_, _, var name) => name,
    };
}
