using System.Reflection;
using System.Runtime.Serialization;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>What may be inside an element: the members of a data contract in wire order, or the items of a list. For the
/// checks that the serializer leaves out: it skips what it does not know, drops what comes out of order, and puts null
/// where C# says there is none.</summary>
internal sealed class DataContractShape
{
    private DataContractShape(Type type, NullabilityInfo? nullability)
    {
        TypeName = XsiType.NameOf(type);
        if (ItemTypeOf(type) is { } item)
        {
            var itemNullability = nullability?.ElementType;
            ItemsNullable = item.IsValueType || itemNullability is not { ReadState: NullabilityState.NotNull };
            Item = Of(item, itemNullability);
            ItemTypeName = XsiType.NameOf(item);
            return;
        }
        Members = [.. type.GetProperties()
            .Select(property => (property, member: property.GetCustomAttribute<DataMemberAttribute>()))
            .Where(pair => pair.member is not null)
            .Select(pair => new DataContractMember(pair.property, pair.member!))
            .OrderBy(member => member.Order)
            .ThenBy(member => member.Name, StringComparer.Ordinal)];
        HoldsReferences = Members.Any(member => member.IsReference);
    }

    /// <summary>The schema's name of the type; a data contract's members are elements of the same namespace.</summary>
    public XmlQualifiedName TypeName { get; }

    /// <summary>The schema's name of a list's items; null for a data contract.</summary>
    public XmlQualifiedName? ItemTypeName { get; }

    /// <summary>The shape of a list's items, if they have one.</summary>
    public DataContractShape? Item { get; }

    /// <summary>Whether null is among a list's items.</summary>
    public bool ItemsNullable { get; }

    /// <summary>The members of a data contract; empty for a list.</summary>
    public IReadOnlyList<DataContractMember> Members { get; } = [];

    /// <summary>Whether anything in it may be null or a text: there is nothing to check otherwise.</summary>
    public bool HoldsReferences { get; } = true;

    /// <summary>The shape of a data contract or of a list; null for any other type, whose element holds text only.</summary>
    public static DataContractShape? Of(Type type, NullabilityInfo? nullability) =>
        (type.IsClass && type.IsDefined(typeof(DataContractAttribute))) || ItemTypeOf(type) is not null
            ? new DataContractShape(type, nullability)
            : null;

    /// <exception cref="InvalidRequestException">Something is null although C# says that it never is, or has a text that
    /// XML does not allow.</exception>
    public void Check(object value, string path)
    {
        if (ItemTypeName is not null)
        {
            CheckItems((Array)value, path);
        }
        foreach (var member in Members)
        {
            if (member.IsReference)
            {
                member.Check(member.Get(value), path);
            }
        }
    }

    private void CheckItems(Array items, string path)
    {
        if (items is not object?[] references)
        {
            return;
        }
        for (var i = 0; i < references.Length; i++)
        {
            switch (references[i])
            {
                case null when !ItemsNullable:
                    throw new InvalidRequestException($"{path}[{i}]", "is null, and must not be.");
                case string text when !XmlText.IsLegal(text):
                    throw new InvalidRequestException($"{path}[{i}]", XmlText.IllegalReason);
                case { } item when Item is { HoldsReferences: true }:
                    Item.Check(item, $"{path}[{i}]");
                    break;
            }
        }
    }

    // Bytes are one text, not a list.
    private static Type? ItemTypeOf(Type type) => type.IsArray && type != typeof(byte[]) ? type.GetElementType() : null;
}
