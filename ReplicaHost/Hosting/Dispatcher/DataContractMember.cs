using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>One member of a data contract.</summary>
internal sealed class DataContractMember
{
    public DataContractMember(PropertyInfo property, DataMemberAttribute attribute)
    {
        var nullability = new NullabilityInfoContext().Create(property);
        Name = attribute.Name ?? property.Name;
        Order = attribute.Order;
        Required = attribute.IsRequired;
        IsReference = !property.PropertyType.IsValueType;
        Nullable = nullability.ReadState != NullabilityState.NotNull;
        Shape = DataContractShape.Of(property.PropertyType, nullability);
        TypeName = XsiType.NameOf(property.PropertyType);
        var target = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(target, property.DeclaringType!), property);
        Get = Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), target).Compile();
    }

    public string Name { get; }

    public int Order { get; }

    /// <summary>Whether its element must be there.</summary>
    public bool Required { get; }

    public bool IsReference { get; }

    /// <summary>Whether null is among its values.</summary>
    public bool Nullable { get; }

    /// <summary>The shape of its own type, if it has one.</summary>
    public DataContractShape? Shape { get; }

    /// <summary>The schema's name of its type.</summary>
    public XmlQualifiedName TypeName { get; }

    /// <summary>Its value in an object of the data contract.</summary>
    public Func<object, object?> Get { get; }

    /// <exception cref="InvalidRequestException">The value is not as C# or XML has it.</exception>
    public void Check(object? value, string parent)
    {
        // the path is put together only where it is needed: every message between replicas passes here
        switch (value)
        {
            case null when !Nullable:
                throw new InvalidRequestException($"{parent}.{Name}", "is null, and must not be.");
            case string text when !XmlText.IsLegal(text):
                throw new InvalidRequestException($"{parent}.{Name}", XmlText.IllegalReason);
            case not null when Shape is { HoldsReferences: true }:
                Shape.Check(value, $"{parent}.{Name}");
                break;
        }
    }
}
