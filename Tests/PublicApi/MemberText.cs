using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PaxosWcf.Tests.PublicApi;

/// <summary>What others can see of a type's members, one line each, as C# declares them.</summary>
internal sealed class MemberText
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>The member's line; null: nobody outside sees it, or the compiler made it by itself.</summary>
    public string? Of(MemberInfo member)
    {
        return member switch
        {
            ConstructorInfo constructor when IsSeen(constructor) => Modifiers(constructor) + constructor.DeclaringType!.Name.Split('`')[0] + Parameters(constructor),
            MethodInfo { IsSpecialName: false } method when IsSeen(method) && !IsCompilers(method) => OfMethod(method),
            MethodInfo { IsSpecialName: true } method when method.Name.StartsWith("op_", StringComparison.Ordinal) && !IsCompilers(method) => OfMethod(method),
            PropertyInfo property when Seen(property.GetMethod, property.SetMethod) is { } accessor => OfProperty(property, accessor),
            EventInfo { AddMethod: { } add } happening when IsSeen(add) => $"{Modifiers(add)}event {TypeText.Of(happening.EventHandlerType!)} {happening.Name}",
            FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => OfField(field),
            _ => null,
        };
    }

    /// <summary>"(string key, CancellationToken cancel = default)".</summary>
    public string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    /// <summary>What a method gives back.</summary>
    public string Returned(MethodInfo method) => TypeText.Of(_nullability.Create(method.ReturnParameter));

    private string OfMethod(MethodInfo method)
    {
        string generics = TypeText.Parameters(method.IsGenericMethod ? method.GetGenericArguments() : []);
        return $"{Modifiers(method)}{Returned(method)} {method.Name}{generics}{Parameters(method)}";
    }

    private string OfProperty(PropertyInfo property, MethodInfo accessor)
    {
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string get = property.GetMethod is { } getter && IsSeen(getter) ? "get; " : "";
        string set = property.SetMethod is { } setter && IsSeen(setter) ? IsInit(setter) ? "init; " : "set; " : "";
        string indices = property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(Parameter))}]" : "";
        return $"{Modifiers(accessor)}{required}{TypeText.Of(_nullability.Create(property))} {property.Name}{indices} {{ {get}{set}}}";
    }

    private string OfField(FieldInfo field)
    {
        string type = TypeText.Of(_nullability.Create(field));
        if (field is { IsLiteral: true, DeclaringType.IsEnum: true })
        {
            return $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
        }

        // The value of a constant is compiled into whoever uses it.
        return field.IsLiteral
            ? $"const {type} {field.Name} = {Value(field.GetRawConstantValue())}"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private string Parameter(ParameterInfo parameter)
    {
        string how = (parameter.ParameterType.IsByRef, parameter.IsOut, parameter.IsIn) switch
        {
            (true, true, _) => "out ",
            (true, _, true) => "in ",
            (true, _, _) => "ref ",
            _ => parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "",
        };
        string otherwise = parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue)}" : "";
        return $"{how}{TypeText.Of(_nullability.Create(parameter))} {parameter.Name}{otherwise}";
    }

    // Of a struct null means default.
    private static string Value(object? value)
    {
        return value switch
        {
            null => "default",
            string text => $"\"{text}\"",
            bool truth => truth ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static string Modifiers(MethodBase method)
    {
        string kept = method.IsPublic ? "" : "protected ";
        if (method.DeclaringType!.IsInterface)
        {
            return method.IsStatic ? "static " : "";
        }

        bool overrides = method is MethodInfo info && info.GetBaseDefinition().DeclaringType != method.DeclaringType;
        string how = method switch
        {
            { IsStatic: true } => "static ",
            { IsVirtual: true, IsFinal: false } when overrides => "override ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return kept + how;
    }

    private static MethodInfo? Seen(params MethodInfo?[] accessors) => accessors.FirstOrDefault(accessor => accessor is not null && IsSeen(accessor));

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Equality, Deconstruct and the like of a record: that it is one, its first line says.
    private static bool IsCompilers(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name == "<Clone>$";

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
