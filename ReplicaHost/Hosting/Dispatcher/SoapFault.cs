using System.Linq.Expressions;
using System.Runtime.Serialization;
using System.ServiceModel;
using System.ServiceModel.Description;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>A fault that an operation declares.</summary>
internal sealed class SoapFault
{
    private readonly Func<FaultException, object?> _detail;

    public SoapFault(FaultDescription description)
    {
        Name = description.Name;
        DetailType = description.DetailType;
        Serializer = new DataContractSerializer(DetailType);
        var exception = Expression.Parameter(typeof(FaultException));
        var detail = Expression.Property(
            Expression.Convert(exception, typeof(FaultException<>).MakeGenericType(DetailType)), "Detail");
        _detail = Expression.Lambda<Func<FaultException, object?>>(
            Expression.Convert(detail, typeof(object)), exception).Compile();
    }

    public string Name { get; }

    public Type DetailType { get; }

    public DataContractSerializer Serializer { get; }

    /// <summary>The detail of a thrown <see cref="FaultException{TDetail}"/> of this type.</summary>
    public object? DetailOf(FaultException thrown) => _detail(thrown);
}
