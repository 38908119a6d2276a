using System.ServiceModel;
using System.Text;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Writes WSDL 1.1, document/literal wrapped: a binding and a port for each SOAP version, SOAP 1.1 first because
/// most tools take the first.</summary>
internal sealed class WsdlWriter
{
    private const string Wsdl = "http://schemas.xmlsoap.org/wsdl/";

    private readonly StringBuilder _text = new();
    private readonly SoapContract _contract;
    private readonly IReadOnlyList<MessageCodec> _codecs;
    private readonly string _address;
    private readonly WsdlTypes _types;
    private readonly XmlWriter _writer;

    public WsdlWriter(SoapContract contract, IReadOnlyList<MessageCodec> codecs, string address)
    {
        _contract = contract;
        _codecs = codecs;
        _address = address;
        _types = new WsdlTypes(contract);
        _writer = XmlWriter.Create(_text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true });
    }

    public string Write()
    {
        Element("definitions", () =>
        {
            _writer.WriteAttributeString("name", _contract.Name);
            _writer.WriteAttributeString("targetNamespace", _contract.Namespace);
            _writer.WriteAttributeString("xmlns", "tns", null, _contract.Namespace);
            WriteTypes();
            WriteMessages();
            WritePortType();
            foreach (var codec in _codecs)
            {
                WriteBinding(codec);
            }
            WriteService();
        });
        _writer.Flush();
        return _text.ToString();
    }

    private void WriteTypes() => Element("types", () =>
    {
        foreach (var schema in _types.Schemas)
        {
            schema.Write(_writer);
        }
    });

    private void WriteMessages()
    {
        foreach (var operation in _contract.Operations)
        {
            WriteMessage(InputOf(operation), "parameters", new XmlQualifiedName(operation.RequestElement, operation.Namespace));
            WriteMessage(OutputOf(operation), "parameters", new XmlQualifiedName(operation.ReplyElement, operation.Namespace));
            foreach (var fault in operation.Faults)
            {
                WriteMessage(FaultOf(operation, fault), "detail", _types.ElementOf(fault));
            }
        }
    }

    private void WriteMessage(string name, string part, XmlQualifiedName element) => Named("message", name, () =>
        Named("part", part, () =>
        {
            _writer.WriteAttributeString("xmlns", "q", null, element.Namespace);
            _writer.WriteAttributeString("element", "q:" + element.Name);
        }));

    private void WritePortType() => Named("portType", _contract.Name, () =>
    {
        foreach (var operation in _contract.Operations)
        {
            Named("operation", operation.Name, () =>
            {
                Element("input", () => _writer.WriteAttributeString("message", "tns:" + InputOf(operation)));
                Element("output", () => _writer.WriteAttributeString("message", "tns:" + OutputOf(operation)));
                foreach (var fault in operation.Faults)
                {
                    Named("fault", fault.Name, () =>
                        _writer.WriteAttributeString("message", "tns:" + FaultOf(operation, fault)));
                }
            });
        }
    });

    private void WriteBinding(MessageCodec codec) => Named("binding", BindingOf(codec), () =>
    {
        _writer.WriteAttributeString("type", "tns:" + _contract.Name);
        Soap(codec, "binding", ("transport", "http://schemas.xmlsoap.org/soap/http"), ("style", "document"));
        foreach (var operation in _contract.Operations)
        {
            Named("operation", operation.Name, () =>
            {
                Soap(codec, "operation", ("soapAction", operation.Action), ("style", "document"));
                Element("input", () => Soap(codec, "body", ("use", "literal")));
                Element("output", () => Soap(codec, "body", ("use", "literal")));
                foreach (var fault in operation.Faults)
                {
                    Named("fault", fault.Name, () => Soap(codec, "fault", ("name", fault.Name), ("use", "literal")));
                }
            });
        }
    });

    private void WriteService() => Named("service", _contract.Name + "Service", () =>
    {
        foreach (var codec in _codecs)
        {
            Named("port", BindingOf(codec), () =>
            {
                _writer.WriteAttributeString("binding", "tns:" + BindingOf(codec));
                Soap(codec, "address", ("location", _address));
            });
        }
    });

    private void Soap(MessageCodec codec, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _writer.WriteStartElement(
            IsSoap12(codec) ? "soap12" : "soap",
            name,
            IsSoap12(codec) ? "http://schemas.xmlsoap.org/wsdl/soap12/" : "http://schemas.xmlsoap.org/wsdl/soap/");
        foreach (var (attribute, value) in attributes)
        {
            _writer.WriteAttributeString(attribute, value);
        }
        _writer.WriteEndElement();
    }

    private void Named(string element, string name, Action content) => Element(element, () =>
    {
        _writer.WriteAttributeString("name", name);
        content();
    });

    private void Element(string name, Action content)
    {
        _writer.WriteStartElement("wsdl", name, Wsdl);
        content();
        _writer.WriteEndElement();
    }

    private static bool IsSoap12(MessageCodec codec) => codec.Version.Envelope == EnvelopeVersion.Soap12;

    private string BindingOf(MessageCodec codec) => $"{_contract.Name}_{(IsSoap12(codec) ? "Soap12" : "Soap11")}";

    private string InputOf(SoapOperation operation) => $"{_contract.Name}_{operation.Name}_Input";

    private string OutputOf(SoapOperation operation) => $"{_contract.Name}_{operation.Name}_Output";

    private string FaultOf(SoapOperation operation, SoapFault fault) =>
        $"{_contract.Name}_{operation.Name}_{fault.Name}";
}
