using System.Runtime.Serialization;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The type that an element claims for itself. The contracts have no derived types, so it may only repeat what the
/// WSDL says; the serializer would ignore a wrong claim on a text, and look a claimed type up elsewhere.</summary>
internal static class XsiType
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>The schema's name of a C# type.</summary>
    public static XmlQualifiedName NameOf(Type type) =>
        new XsdDataContractExporter().GetSchemaTypeName(Nullable.GetUnderlyingType(type) ?? type);

    /// <exception cref="InvalidRequestException">The element that the reader stands on claims another type.</exception>
    public static void Check(XmlDictionaryReader reader, XmlQualifiedName expected, string field)
    {
        if (reader.AttributeCount == 0 || reader.GetAttribute("type", Instance)?.Trim() is not { } claim)
        {
            return;
        }
        var colon = claim.IndexOf(':');
        var prefix = colon < 0 ? "" : claim[..colon];
        if (claim[(colon + 1)..] != expected.Name || reader.LookupNamespace(prefix) != expected.Namespace)
        {
            throw new InvalidRequestException(field, $"claims a type other than {expected.Name}.");
        }
    }

    /// <summary>Whether the element that the reader stands on is null.</summary>
    public static bool IsNil(XmlDictionaryReader reader) =>
        reader.AttributeCount > 0 && reader.GetAttribute("nil", Instance)?.Trim() is "true" or "1";
}
