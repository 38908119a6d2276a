using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace PaxosWcf.CommandLine;

/// <summary>Reads numbers and names of a command line, and refuses what is none with a sentence. (System.CommandLine by itself names types of .NET,
/// and throws where a validator asks for a value that cannot be read.)</summary>
internal static class OptionRules
{
    /// <summary>Takes any number.</summary>
    public static void RequireNumber<T>(Option<T?> option)
        where T : struct, INumber<T> => RequireNumber(option, _ => true, "");

    /// <summary>Takes some numbers.</summary>
    /// <param name="option">What they are for.</param>
    /// <param name="holds">Which ones.</param>
    /// <param name="otherwise">What is said of another number.</param>
    public static void RequireNumber<T>(Option<T?> option, Func<T, bool> holds, string otherwise)
        where T : struct, INumber<T> => option.CustomParser = result => Number(option.Name, result, holds, otherwise);

    /// <summary>Takes some numbers.</summary>
    /// <param name="option">What they are for.</param>
    /// <param name="holds">Which ones.</param>
    /// <param name="otherwise">What is said of another number.</param>
    public static void RequireNumber<T>(Option<T> option, Func<T, bool> holds, string otherwise)
        where T : struct, INumber<T> => option.CustomParser = result => Number(option.Name, result, holds, otherwise) ?? default;

    /// <summary>Takes the names of an enumeration, in capitals or not.</summary>
    public static void RequireName<T>(Option<T> option)
        where T : struct, Enum => option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string? name = Enum.GetNames<T>().FirstOrDefault(one => one.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (name is null)
            {
                result.AddError($"{option.Name} is \"{text}\"; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
            }

            return name is null ? default : Enum.Parse<T>(name);
        };

    private static T? Number<T>(string name, ArgumentResult result, Func<T, bool> holds, string otherwise)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        bool hasFraction = default(T) is double;
        NumberStyles style = hasFraction ? NumberStyles.Float : NumberStyles.AllowLeadingSign;
        if (!T.TryParse(text, style, CultureInfo.InvariantCulture, out T number))
        {
            result.AddError($"{name} is \"{text}\"; it must be a {(hasFraction ? "" : "whole ")}number.");
            return null;
        }

        if (!holds(number))
        {
            result.AddError(otherwise);
        }

        return number;
    }
}
