using System.Reflection;

namespace PaxosWcf.Tests.PublicApi;

/// <summary>What others can see of an assembly: its public types and their members, in an order that depends on their names only.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The lines of all types, an empty line after each.</summary>
    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        return [.. assembly.GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => Of(type).Append(""))];
    }

    /// <summary>A line for the type, and an indented one for each member.</summary>
    public static IEnumerable<string> Of(Type type)
    {
        string name = $"{type.Namespace}.{TypeText.Of(type)}";
        return IsDelegate(type) ? [Signature(type, name)] : Members(type).Select(line => $"    {line}").Prepend(Head(type, name));
    }

    private static string Head(Type type, string name)
    {
        Type[] bases = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) ? [parent] : [];
        IEnumerable<string> above = type.IsEnum
            ? [TypeText.Of(type.GetEnumUnderlyingType())]
            : [.. bases.Select(TypeText.Of), .. Interfaces(type).Select(TypeText.Of).Order(StringComparer.Ordinal)];
        string colon = string.Join(", ", above) is { Length: > 0 } list ? $" : {list}" : "";
        return $"{Kind(type)} {name}{colon}";
    }

    // Those of its base go with that, and equality with being a record.
    private static IEnumerable<Type> Interfaces(Type type) =>
        type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(face => face.Name != "IEquatable`1");

    private static string Kind(Type type)
    {
        if (type.IsEnum || type.IsInterface)
        {
            return type.IsEnum ? "enum" : "interface";
        }

        string record = type.GetMethod("PrintMembers", Declared) is not null ? "record " : "";
        if (type.IsValueType)
        {
            bool fixedForGood = type.GetFields(Declared & ~BindingFlags.Static).All(field => field.IsInitOnly);
            return $"{(fixedForGood ? "readonly " : "")}{record}struct";
        }

        string how = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        return $"{how}{record}class";
    }

    private static IEnumerable<string> Members(Type type)
    {
        var text = new MemberText();
        IEnumerable<FieldInfo> named = type.GetFields(Declared).Where(field => !field.IsSpecialName);
        return type.IsEnum
            ? named.OrderBy(field => Convert.ToInt64(field.GetRawConstantValue(), null)).Select(text.Of).OfType<string>()
            : type.GetMembers(Declared).Select(text.Of).OfType<string>().Order(StringComparer.Ordinal);
    }

    private static bool IsDelegate(Type type) => type.IsAssignableTo(typeof(Delegate));

    private static string Signature(Type type, string name)
    {
        var text = new MemberText();
        MethodInfo invoke = type.GetMethod("Invoke")!;
        return $"delegate {text.Returned(invoke)} {name}{text.Parameters(invoke)}";
    }
}
