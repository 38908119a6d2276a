using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Hands a data contract's XML to the serializer, and refuses elements that the contract does not have at that
/// place. The serializer itself would skip them, and the caller would never hear that its value was ignored.</summary>
/// <remarks>Only <see cref="Read"/> and <see cref="ReadContentAsBase64"/> move; everything that moves further is built on
/// them by the base classes.</remarks>
internal sealed class StrictMemberReader(XmlDictionaryReader inner, DataContractShape root, string rootName)
    : XmlDictionaryReader
{
    private readonly Stack<Level> _levels = new();
    private bool _started;

    public override int AttributeCount => inner.AttributeCount;

    public override string BaseURI => inner.BaseURI;

    public override int Depth => inner.Depth;

    public override bool EOF => inner.EOF;

    public override bool IsEmptyElement => inner.IsEmptyElement;

    public override string LocalName => inner.LocalName;

    public override string NamespaceURI => inner.NamespaceURI;

    public override XmlNameTable NameTable => inner.NameTable;

    public override XmlNodeType NodeType => inner.NodeType;

    public override string Prefix => inner.Prefix;

    public override ReadState ReadState => inner.ReadState;

    public override string Value => inner.Value;

    public override XmlDictionaryReaderQuotas Quotas => inner.Quotas;

    public override string GetAttribute(int i) => inner.GetAttribute(i);

    public override string? GetAttribute(string name) => inner.GetAttribute(name);

    public override string? GetAttribute(string name, string? namespaceURI) => inner.GetAttribute(name, namespaceURI);

    public override string? LookupNamespace(string prefix) => inner.LookupNamespace(prefix);

    public override bool MoveToAttribute(string name) => inner.MoveToAttribute(name);

    public override bool MoveToAttribute(string name, string? ns) => inner.MoveToAttribute(name, ns);

    public override bool MoveToElement() => inner.MoveToElement();

    public override bool MoveToFirstAttribute() => inner.MoveToFirstAttribute();

    public override bool MoveToNextAttribute() => inner.MoveToNextAttribute();

    public override bool ReadAttributeValue() => inner.ReadAttributeValue();

    public override void ResolveEntity() => inner.ResolveEntity();

    public override bool Read()
    {
        if (!_started)
        {
            // the serializer starts on the parameter's own element, which was not read through here
            _started = true;
            Enter(new Level(root, rootName, XsiType.IsNil(inner)));
        }
        var read = inner.Read();
        OnMoved();
        return read;
    }

    // The base class can only read text; the bytes of a value are decoded where they are.
    public override byte[] ReadContentAsBase64()
    {
        if (inner.NodeType is XmlNodeType.Element or XmlNodeType.EndElement)
        {
            return [];
        }
        var bytes = inner.ReadContentAsBase64();
        OnMoved();
        return bytes;
    }

    private void OnMoved()
    {
        if (inner.NodeType == XmlNodeType.Element)
        {
            OnElement();
        }
        else if (inner.NodeType == XmlNodeType.EndElement)
        {
            Leave();
        }
    }

    private void OnElement()
    {
        if (_levels.Count == 0)
        {
            return;
        }
        var (shape, typeName, path) = _levels.Peek().Next(inner.LocalName, inner.NamespaceURI);
        XsiType.Check(inner, typeName, path);
        Enter(new Level(shape, path, XsiType.IsNil(inner)));
    }

    private void Enter(Level level)
    {
        _levels.Push(level);
        if (inner.IsEmptyElement)
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (_levels.TryPop(out var level))
        {
            level.CheckComplete();
        }
    }

    /// <summary>One open element, and how far into its members the reader is.</summary>
    private sealed class Level(DataContractShape? shape, string path, bool nil)
    {
        private int _next;

        public (DataContractShape? Shape, XmlQualifiedName TypeName, string Path) Next(string name, string ns)
        {
            if (shape is null)
            {
                throw new InvalidRequestException($"{path}.{name}", "is not known: its parent holds text only.");
            }
            if (shape.ItemTypeName is { } item)
            {
                return name == item.Name && ns == shape.TypeName.Namespace
                    ? (shape.Item, item, $"{path}[{_next++}]")
                    : throw new InvalidRequestException(
                        $"{path}.{name}", $"is not an item of the list; its items are {item.Name}.");
            }
            var member = NextMember(shape, name, ns);
            return (member.Shape, member.TypeName, $"{path}.{name}");
        }

        private DataContractMember NextMember(DataContractShape shape, string name, string ns)
        {
            for (; _next < shape.Members.Count; _next++)
            {
                var member = shape.Members[_next];
                if (member.Name == name && shape.TypeName.Namespace == ns)
                {
                    _next++;
                    return member;
                }
                if (member.Required)
                {
                    throw new InvalidRequestException(
                        path, $"has {name} where {member.Name} must be; members have a fixed order, given in the WSDL.");
                }
            }
            throw new InvalidRequestException(
                $"{path}.{name}", "is unknown, repeated, or out of order; the WSDL gives the members in order.");
        }

        public void CheckComplete()
        {
            if (shape is null || nil)
            {
                return;
            }
            if (shape.Members.Skip(_next).FirstOrDefault(member => member.Required) is { } missing)
            {
                throw new InvalidRequestException($"{path}.{missing.Name}", "is missing.");
            }
        }
    }
}
