using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The members of a data contract in wire order, for the checks that the serializer leaves out: it skips what it
/// does not know, drops what comes out of order, and puts null where C# says there is none.</summary>
internal sealed class DataContractShape
{
    private DataContractShape(Type type)
    {
        Namespace = type.GetCustomAttribute<DataContractAttribute>()!.Namespace ?? "";
        Members = [.. type.GetProperties()
            .Select(property => (property, member: property.GetCustomAttribute<DataMemberAttribute>()))
            .Where(pair => pair.member is not null)
            .Select(pair => new Member(pair.property, pair.member!))
            .OrderBy(member => member.Order)
            .ThenBy(member => member.Name, StringComparer.Ordinal)];
    }

    public string Namespace { get; }

    public IReadOnlyList<Member> Members { get; }

    /// <summary>The shape of a data contract; null for any other type.</summary>
    public static DataContractShape? Of(Type type) =>
        type is { IsClass: true } && type.IsDefined(typeof(DataContractAttribute)) ? new DataContractShape(type) : null;

    /// <summary>The path of a member that is null although C# says that it never is; null if all is well.</summary>
    public string? NullMemberOf(object value)
    {
        foreach (var member in Members)
        {
            if (member.IsReference && member.NullWithin(member.Get(value)) is { } path)
            {
                return path;
            }
        }
        return null;
    }

    /// <summary>One member.</summary>
    internal sealed class Member
    {
        private readonly bool _itemsNullable;

        public Member(PropertyInfo property, DataMemberAttribute attribute)
        {
            Name = attribute.Name ?? property.Name;
            Order = attribute.Order;
            Required = attribute.IsRequired;
            var type = property.PropertyType;
            IsReference = !type.IsValueType;
            var nullability = new NullabilityInfoContext().Create(property);
            Nullable = nullability.ReadState != NullabilityState.NotNull;
            _itemsNullable = type.GetElementType() is not { IsValueType: false }
                || nullability.ElementType is not { ReadState: NullabilityState.NotNull };
            Shape = Of(type);
            var target = Expression.Parameter(typeof(object));
            Get = Expression.Lambda<Func<object, object?>>(
                Expression.Convert(
                    Expression.Property(Expression.Convert(target, property.DeclaringType!), property), typeof(object)),
                target).Compile();
        }

        public string Name { get; }

        public int Order { get; }

        public bool Required { get; }

        public bool IsReference { get; }

        /// <summary>Whether null is among its values.</summary>
        public bool Nullable { get; }

        /// <summary>The shape of its own type, if that is a data contract.</summary>
        public DataContractShape? Shape { get; }

        public Func<object, object?> Get { get; }

        public string? NullWithin(object? value)
        {
            if (value is null)
            {
                return Nullable ? null : Name;
            }
            if (!_itemsNullable && value is IEnumerable items && items.Cast<object?>().Contains(null))
            {
                return Name + "[]";
            }
            return Shape?.NullMemberOf(value) is { } path ? $"{Name}.{path}" : null;
        }
    }
}
