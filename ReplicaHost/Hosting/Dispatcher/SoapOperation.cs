using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;
using System.ServiceModel.Description;
using PaxosWcf.ReplicaHost.Tracing;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>One operation: what its messages hold, and how to call it. Calls are compiled, not reflected.</summary>
internal sealed class SoapOperation
{
    private readonly Func<object, object?[], Task> _call;
    private readonly Func<Task, object?>? _result;

    public SoapOperation(OperationDescription description, SoapEncoding encoding)
    {
        var method = description.TaskMethod ?? throw Unsupported(description, "does not return a Task");
        var request = description.Messages[0];
        var reply = description.Messages.Count == 2
            ? description.Messages[1]
            : throw Unsupported(description, "is one-way");

        Name = description.Name;
        Contract = description.DeclaringContract.Name;
        Action = request.Action;
        RequestElement = request.Body.WrapperName;
        ReplyElement = reply.Body.WrapperName;
        Namespace = request.Body.WrapperNamespace ?? throw Unsupported(description, "has no wrapper");
        Parameters = [.. method.GetParameters().Zip(request.Body.Parts.OrderBy(part => part.Index))
            .Select(pair => new SoapParameter(pair.First, pair.Second, encoding))];
        Faults = [.. description.Faults.Select(fault => new SoapFault(fault))];
        FaultsByType = Faults.ToFrozenDictionary(fault => fault.DetailType);
        ResultType = method.ReturnType.IsGenericType ? method.ReturnType.GenericTypeArguments[0] : null;
        ResultElement = reply.Body.ReturnValue?.Name ?? Name + "Result";
        ResultSerializer = ResultType is null
            ? null
            : new DataContractSerializer(ResultType, ResultElement, Namespace);
        (ReadActivity, ServeActivity, WriteActivity) = ($"read {Name}", $"serve {Name}", $"write {Name}");
        _call = CompileCall(method);
        _result = ResultType is null ? null : CompileResult(ResultType);
    }

    public string Name { get; }

    /// <summary>Name of the activity that reads its arguments.</summary>
    public string ReadActivity { get; }

    /// <summary>Name of the activity that executes it.</summary>
    public string ServeActivity { get; }

    /// <summary>Name of the activity that writes its reply.</summary>
    public string WriteActivity { get; }

    /// <summary>Name of the contract, for logs.</summary>
    public string Contract { get; }

    public string Action { get; }

    public string RequestElement { get; }

    public string ReplyElement { get; }

    public string Namespace { get; }

    public IReadOnlyList<SoapParameter> Parameters { get; }

    public IReadOnlyList<SoapFault> Faults { get; }

    public FrozenDictionary<Type, SoapFault> FaultsByType { get; }

    /// <summary>Null for an operation that answers nothing.</summary>
    public Type? ResultType { get; }

    public string ResultElement { get; }

    public DataContractSerializer? ResultSerializer { get; }

    /// <summary>Calls the service. The result of an operation that answers nothing is null.</summary>
    public async Task<object?> InvokeAsync(object service, object?[] arguments)
    {
        using var activity = ReplicaActivities.Source.StartActivity(ServeActivity);
        var call = _call(service, arguments);
        await call;
        return _result?.Invoke(call);
    }

    private static Func<object, object?[], Task> CompileCall(MethodInfo method)
    {
        var service = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var values = method.GetParameters().Select(parameter => Expression.Convert(
            Expression.ArrayIndex(arguments, Expression.Constant(parameter.Position)), parameter.ParameterType));
        var call = Expression.Call(Expression.Convert(service, method.DeclaringType!), method, values);
        return Expression.Lambda<Func<object, object?[], Task>>(call, service, arguments).Compile();
    }

    private static Func<Task, object?> CompileResult(Type type)
    {
        var task = Expression.Parameter(typeof(Task));
        var result = Expression.Property(Expression.Convert(task, typeof(Task<>).MakeGenericType(type)), "Result");
        return Expression.Lambda<Func<Task, object?>>(Expression.Convert(result, typeof(object)), task).Compile();
    }

    private static NotSupportedException Unsupported(OperationDescription operation, string why) =>
        new($"{operation.DeclaringContract.Name}.{operation.Name} {why}; the dispatcher serves Task request-reply only.");
}
