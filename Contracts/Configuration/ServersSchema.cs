using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>Reads servers.xml against the embedded schema, and words what the schema finds for a person.</summary>
internal static partial class ServersSchema
{
    private static readonly Lazy<XmlSchemaSet> Schemas = new(LoadSchemas);

    // What the schema's types mean, by attribute: the validator speaks of facets and datatypes.
    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["cluster"] = "a cluster's name is 1 to 64 letters, digits, dots, hyphens or underscores and starts with a letter or digit",
        ["id"] = "a replica's id is a whole number from 1 to 99",
        ["client"] = "an address has at most 300 characters",
        ["peer"] = "an address has at most 300 characters",
        ["enabled"] = "it is true or false",
        ["random"] = "it is true or false",
        ["meanSecondsToFailure"] = "it is a number of seconds from 0 to 1000000",
        ["downSecondsMin"] = "it is a number of seconds from 0 to 1000000",
        ["downSecondsMax"] = "it is a number of seconds from 0 to 1000000",
        ["seed"] = "it is a whole number",
    };

    /// <summary>The root element with line numbers, or null if there is none to look into any further.</summary>
    public static XElement? Read(byte[] bytes, ErrorList errors)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ValidationType = ValidationType.Schema,
            Schemas = Schemas.Value,
        };
        settings.ValidationEventHandler += (_, found)
            => errors.Add(found.Exception.LineNumber, found.Exception.LinePosition, Worded(found.Message));
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
            XElement root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
            return IsServers(root, errors) ? root : null;
        }
        catch (XmlException error) when (error.Message.Contains("DTD", StringComparison.Ordinal))
        {
            // The reader's own text tells how to allow a DTD, and does not say where it stands.
            string before = Encoding.UTF8.GetString(bytes).Split("<!DOCTYPE")[0];
            errors.Add(before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'), "a document type definition (DTD) is not allowed.");
            return null;
        }
        catch (XmlException error)
        {
            string text = PositionText().Replace(error.Message, "");
            errors.Add(error.LineNumber, error.LinePosition, $"this is not well-formed XML: {text}");
            return null;
        }
    }

    private static bool IsServers(XElement root, ErrorList errors)
    {
        if (root.Name == XName.Get("servers", ServersFile.Namespace))
        {
            return true;
        }

        errors.Add(root, $"the root element is <{root.Name.LocalName}> in namespace \"{root.Name.NamespaceName}\"; " +
            $"it must be <servers xmlns=\"{ServersFile.Namespace}\">.");
        return false;
    }

    private static string Worded(string message)
    {
        Match value = InvalidValue().Match(message);
        if (value.Success)
        {
            string attribute = value.Groups["attribute"].Value;
            return $"{attribute}=\"{value.Groups["value"].Value}\" is not valid: {Expected.GetValueOrDefault(attribute, "the schema forbids it")}.";
        }

        Match child = InvalidChild().Match(message);
        if (child.Success)
        {
            return $"<{child.Groups["child"].Value}> may not stand here in <{child.Groups["parent"].Value}>; " +
                "<servers> holds one <replica> for each replica, then at most one <faults>.";
        }

        return InNamespace().Replace(message, "");
    }

    private static XmlSchemaSet LoadSchemas()
    {
        using Stream stream = typeof(ServersSchema).Assembly.GetManifestResourceStream("servers.xsd")!;
        using var reader = XmlReader.Create(stream);
        var schemas = new XmlSchemaSet();
        schemas.Add(ServersFile.Namespace, reader);
        schemas.Compile();
        return schemas;
    }

    [GeneratedRegex(@"^The '(?<attribute>\w+)' attribute is invalid - The value '(?<value>.*?)' is invalid according to", RegexOptions.Singleline)]
    private static partial Regex InvalidValue();

    [GeneratedRegex("^The element '(?<parent>[^']+)'.* has invalid child element '(?<child>[^']+)'")]
    private static partial Regex InvalidChild();

    [GeneratedRegex(" in namespace '[^']*'")]
    private static partial Regex InNamespace();

    [GeneratedRegex(@" Line \d+, position \d+\.$")]
    private static partial Regex PositionText();
}
