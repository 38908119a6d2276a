using System.Collections.Frozen;
using System.ServiceModel;
using System.ServiceModel.Description;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>A service contract, ready to be served. Names, actions and faults are WCF's own reading of the attributes.</summary>
internal sealed class SoapContract
{
    private readonly FrozenDictionary<string, SoapOperation> _byAction;
    private readonly SoapOperation? _refusing;

    /// <exception cref="NotSupportedException">The contract uses a part of WCF that the dispatcher does not serve.</exception>
    public SoapContract(Type contract, SoapEncoding encoding)
    {
        var description = ContractDescription.GetContract(contract);
        Name = description.Name;
        Namespace = description.Namespace;
        Operations = [.. description.Operations.Select(operation => new SoapOperation(operation, encoding))];
        _refusing = Operations.FirstOrDefault(operation => operation.FaultsByType.ContainsKey(typeof(InvalidRequestFault)));
        _byAction = Operations.ToFrozenDictionary(operation => operation.Action, StringComparer.Ordinal);
    }

    public string Name { get; }

    public string Namespace { get; }

    public IReadOnlyList<SoapOperation> Operations { get; }

    /// <summary>The operation that an action names; null: none does.</summary>
    public SoapOperation? Find(string? action) => action is null ? null : _byAction.GetValueOrDefault(action);

    /// <summary>The operation that an action names.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public SoapOperation OperationOf(string? action) => Find(action) ?? throw SoapFaults.ActionNotSupported(action);

    /// <summary>By which operation's declaration a fault is written: what is no envelope, of no operation, is told as those that declare it tell it.</summary>
    public SoapOperation? Declaring(SoapOperation? operation) => operation ?? _refusing;
}
