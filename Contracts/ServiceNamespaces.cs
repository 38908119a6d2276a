namespace PaxosWcf.Contracts;

/// <summary>XML namespaces of everything that crosses a wire. Services and data live apart: foreign WSDL tools
/// stumble over wrappers and types in one schema.</summary>
public static class ServiceNamespaces
{
    /// <summary>Namespace of the service contracts, their operations and fault codes.</summary>
    public const string Services = "http://schemas.paxoswcf/v1";

    /// <summary>Namespace of the data contracts.</summary>
    public const string Data = "http://schemas.paxoswcf/v1/data";
}
