using System.Collections.Frozen;
using System.ServiceModel;
using System.ServiceModel.Description;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>A service contract, ready to be served. Names, actions and faults are WCF's own reading of the attributes.</summary>
internal sealed class SoapContract
{
    private readonly FrozenDictionary<string, SoapOperation> _byAction;

    /// <exception cref="NotSupportedException">The contract uses a part of WCF that the dispatcher does not serve.</exception>
    public SoapContract(Type contract, SoapEncoding encoding)
    {
        var description = ContractDescription.GetContract(contract);
        Name = description.Name;
        Namespace = description.Namespace;
        Operations = [.. description.Operations.Select(operation => new SoapOperation(operation, encoding))];
        _byAction = Operations.ToFrozenDictionary(operation => operation.Action, StringComparer.Ordinal);
    }

    public string Name { get; }

    public string Namespace { get; }

    public IReadOnlyList<SoapOperation> Operations { get; }

    /// <summary>The operation that an action names.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public SoapOperation OperationOf(string? action) =>
        action is not null && _byAction.TryGetValue(action, out var operation)
            ? operation
            : throw SoapFaults.ActionNotSupported(action);
}
