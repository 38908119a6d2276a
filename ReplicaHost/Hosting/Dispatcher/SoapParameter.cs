using System.Reflection;
using System.Runtime.Serialization;
using System.ServiceModel.Description;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>One parameter of an operation: its element, and what may be in it.</summary>
internal sealed class SoapParameter
{
    // An array may announce its size before its items; this bounds what such an announcement allocates.
    private const int ClientItemsMax = 16 << 10;
    private const int PeerItemsMax = 1 << 20;

    private readonly DataContractSerializer _serializer;
    private readonly DataContractShape? _shape;
    private readonly XmlQualifiedName _typeName;
    private readonly bool _strict;
    private readonly XmlDictionaryString _elementName;
    private readonly XmlDictionaryString _elementNamespace;

    public SoapParameter(ParameterInfo parameter, MessagePartDescription part, SoapEncoding encoding)
    {
        Name = part.Name;
        Namespace = part.Namespace;
        Type = parameter.ParameterType;
        var nullability = new NullabilityInfoContext().Create(parameter);
        Required = nullability.WriteState == NullabilityState.NotNull;
        // A foreign client's slip is told to it. A peer may be of the next version and say more than this one knows.
        _strict = encoding == SoapEncoding.Text;
        _shape = DataContractShape.Of(Type, nullability);
        _typeName = XsiType.NameOf(Type);
        var names = new XmlDictionary();
        _elementName = names.Add(Name);
        _elementNamespace = names.Add(Namespace);
        _serializer = new DataContractSerializer(Type, new DataContractSerializerSettings
        {
            RootName = _elementName,
            RootNamespace = _elementNamespace,
            MaxItemsInObjectGraph = _strict ? ClientItemsMax : PeerItemsMax,
        });
    }

    public string Name { get; }

    public string Namespace { get; }

    public Type Type { get; }

    /// <summary>What may be inside its element, where that is more than a text.</summary>
    public DataContractShape? Shape => _shape;

    /// <summary>Whether it must be there and not be null: what its C# type says.</summary>
    public bool Required { get; }

    /// <summary>Whether the reader stands on this parameter's element.</summary>
    public bool StartsAt(XmlDictionaryReader reader) => reader.IsStartElement(_elementName, _elementNamespace);

    /// <summary>Reads the element that the reader stands on.</summary>
    /// <exception cref="InvalidRequestException">What is in it is not what the contract says.</exception>
    public object? Read(XmlDictionaryReader reader)
    {
        if (_strict)
        {
            XsiType.Check(reader, _typeName, Name);
        }
        var value = Deserialize(_strict && _shape is not null ? new StrictMemberReader(reader, _shape, Name) : reader);
        if (value is null && Required)
        {
            throw new InvalidRequestException(Name, "is null, and must not be.");
        }
        if (value is string text && !XmlText.IsLegal(text))
        {
            throw new InvalidRequestException(Name, XmlText.IllegalReason);
        }
        if (value is not null)
        {
            _shape?.Check(value, Name);
        }
        return value;
    }

    // A text or bytes with no attribute on its element need no serializer: the reader itself takes them, and refuses what
    // else may be inside.
    private object? ReadPlain(XmlDictionaryReader reader)
    {
        if (reader.AttributeCount > 0)
        {
            return null;
        }
        return Type == typeof(string) ? reader.ReadElementContentAsString()
            : Type == typeof(byte[]) ? _strict ? Base64Content.ReadElement(reader) : reader.ReadElementContentAsBase64()
            : null;
    }

    private object? Deserialize(XmlDictionaryReader reader)
    {
        try
        {
            return ReadPlain(reader) ?? _serializer.ReadObject(reader, verifyObjectName: false);
        }
        catch (Exception unreadable) when (RequestReader.IsCausedByInput(unreadable))
        {
            // the serializer's own sentence names types and lines of the inside
            throw InvalidRequestException.Within(unreadable)
                ?? new InvalidRequestException(Name, "does not hold what its type in the WSDL says.", unreadable);
        }
    }
}
