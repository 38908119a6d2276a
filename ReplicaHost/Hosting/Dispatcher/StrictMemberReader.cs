using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Hands a data contract's XML to the serializer, and refuses elements that the contract does not have at that
/// place. The serializer itself would skip them, and the caller would never hear that its value was ignored.</summary>
/// <remarks>Only <see cref="Read"/> and <see cref="ReadContentAsBase64"/> move; everything that moves further is built on
/// them by the base classes.</remarks>
internal sealed class StrictMemberReader(XmlDictionaryReader inner, DataContractShape root, string rootName)
    : XmlDictionaryReader
{
    private Level? _open;
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
            Enter(new Level(null, root, rootName, XsiType.IsNil(inner)));
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
        var bytes = Base64Content.Read(inner);
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
        if (_open is null)
        {
            return;
        }
        var (shape, typeName, name) = _open.Next(inner.LocalName, inner.NamespaceURI);
        var level = new Level(_open, shape, name, XsiType.IsNil(inner));
        if (inner.AttributeCount > 0)
        {
            XsiType.Check(inner, typeName, level.Path);
        }
        Enter(level);
    }

    private void Enter(Level level)
    {
        _open = level;
        if (inner.IsEmptyElement)
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (_open is { } level)
        {
            _open = level.Parent;
            level.CheckComplete();
        }
    }

    /// <summary>One open element, and how far into its members the reader is.</summary>
    /// <param name="parent">The element around it; null: the parameter's own.</param>
    /// <param name="shape">What may be in it; null: text only.</param>
    /// <param name="name">Its name; null for an item of a list, which has its place instead.</param>
    /// <param name="nil">Whether it says that it is null.</param>
    private sealed class Level(Level? parent, DataContractShape? shape, string? name, bool nil)
    {
        private readonly int _place = (parent?._next ?? 0) - 1;
        private int _next;

        public Level? Parent => parent;

        // Put together only for a refusal: every member of every request passes here.
        public string Path => parent is null ? name! : name is null ? $"{parent.Path}[{_place}]" : $"{parent.Path}.{name}";

        public (DataContractShape? Shape, XmlQualifiedName TypeName, string? Name) Next(string element, string ns)
        {
            if (shape is null)
            {
                throw new InvalidRequestException($"{Path}.{element}", "is not known: its parent holds text only.");
            }
            if (shape.ItemTypeName is { } item)
            {
                if (element != item.Name || ns != shape.TypeName.Namespace)
                {
                    if (element == item.Name)
                    {
                        throw OfNamespace(shape, element, ns);
                    }
                    throw new InvalidRequestException(
                        $"{Path}.{element}", $"is not an item of the list; its items are {item.Name}.");
                }
                _next++;
                return (shape.Item, item, null);
            }
            var member = NextMember(shape, element, ns);
            return (member.Shape, member.TypeName, element);
        }

        private DataContractMember NextMember(DataContractShape shape, string element, string ns)
        {
            if (ns != shape.TypeName.Namespace && HasMember(shape, element))
            {
                throw OfNamespace(shape, element, ns);
            }
            for (; _next < shape.Members.Count; _next++)
            {
                var member = shape.Members[_next];
                if (member.Name == element && shape.TypeName.Namespace == ns)
                {
                    _next++;
                    return member;
                }
                if (member.Required)
                {
                    throw new InvalidRequestException(
                        Path, $"has {element} where {member.Name} must be; members have a fixed order, given in the WSDL.");
                }
            }
            throw new InvalidRequestException(
                $"{Path}.{element}", "is unknown, repeated, or out of order; the WSDL gives the members in order.");
        }

        private static bool HasMember(DataContractShape shape, string element) => shape.Members.Any(member => member.Name == element);

        // What else would be said sounds as if the element were not there at all.
        private InvalidRequestException OfNamespace(DataContractShape shape, string element, string ns) => new(
            $"{Path}.{element}", $"is in {XmlText.Namespace(ns)}, and must be in the namespace {shape.TypeName.Namespace}.");

        public void CheckComplete()
        {
            if (shape is null || nil)
            {
                return;
            }
            for (; _next < shape.Members.Count; _next++)
            {
                if (shape.Members[_next].Required)
                {
                    throw new InvalidRequestException($"{Path}.{shape.Members[_next].Name}", "is missing.");
                }
            }
        }
    }
}
