using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Hands a data contract's XML to the serializer, and refuses elements that the contract does not have at that
/// place. The serializer itself would skip them, and the caller would never hear that its value was ignored.</summary>
/// <remarks>Only <see cref="Read"/> moves; everything that moves further is built on it by the base classes.</remarks>
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
            Enter(new Level(root, rootName, IsNil(inner)));
        }
        var read = inner.Read();
        if (inner.NodeType == XmlNodeType.Element)
        {
            OnElement();
        }
        else if (inner.NodeType == XmlNodeType.EndElement)
        {
            Leave();
        }
        return read;
    }

    private void OnElement()
    {
        if (_levels.Count == 0)
        {
            return;
        }
        var level = _levels.Peek();
        var member = level.Next(inner.LocalName, inner.NamespaceURI);
        Enter(new Level(member.Shape, $"{level.Path}.{member.Name}", IsNil(inner)));
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

    private static bool IsNil(XmlDictionaryReader at) =>
        at.GetAttribute("nil", "http://www.w3.org/2001/XMLSchema-instance")?.Trim() is "true" or "1";

    /// <summary>One open element, and how far into its members the reader is.</summary>
    private sealed class Level(DataContractShape? shape, string path, bool nil)
    {
        private int _next;

        public string Path => path;

        public DataContractShape.Member Next(string name, string ns)
        {
            if (shape is null)
            {
                throw new InvalidRequestException($"{path}.{name}", "is not known: its parent holds text only.");
            }
            for (; _next < shape.Members.Count; _next++)
            {
                var member = shape.Members[_next];
                if (member.Name == name && shape.Namespace == ns)
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
