using System.Reflection;
using System.Runtime.CompilerServices;

namespace PaxosWcf.Tests.PublicApi;

/// <summary>Types as C# writes them, by their short names, with the question marks of what may be null.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>A type of which nobody says whether it may be null.</summary>
    public static string Of(Type type) =>
        type.IsArray ? $"{Of(type.GetElementType()!)}[]" : Name(type, [.. type.GetGenericArguments().Select(Of)]);

    /// <summary>The type of a parameter, return value, property or field.</summary>
    public static string Of(NullabilityInfo info)
    {
        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string text = info.ElementType is { } element ? $"{Of(element)}[]" : Name(type, [.. info.GenericTypeArguments.Select(Of)]);

        // Of a type parameter the platform cannot tell T from T?.
        return !type.IsValueType && !type.IsGenericParameter && info.ReadState == NullabilityState.Nullable ? $"{text}?" : text;
    }

    /// <summary>"&lt;T&gt;", or nothing.</summary>
    public static string Parameters(Type[] parameters) =>
        parameters.Length == 0 ? "" : $"<{string.Join(", ", parameters.Select(parameter => parameter.Name))}>";

    private static string Name(Type type, string[] arguments)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{(arguments.Length == 1 ? arguments[0] : Of(value))}?";
        }

        if (type.IsAssignableTo(typeof(ITuple)) && type.IsValueType)
        {
            return $"({string.Join(", ", arguments)})";
        }

        string name = Keywords.GetValueOrDefault(type, type.Name.Split('`')[0]);
        string outer = type is { IsNested: true, IsGenericParameter: false } ? $"{Of(type.DeclaringType!)}." : "";
        return outer + name + (arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments)}>");
    }
}
