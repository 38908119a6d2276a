using System.Reflection;
using System.Runtime.Serialization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Formats;

/// <summary>What replicas and clients of different builds say to each other: every data contract, as the first build that had
/// it wrote it.</summary>
[TestClass]
public sealed class WireFormatTests
{
    private const string Golden = "wire.txt";

    public static IEnumerable<object[]> Contracts =>
        typeof(IKeyValueStore).Assembly.GetTypes()
            .Where(type => type is { IsClass: true } && type.GetCustomAttribute<DataContractAttribute>() is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new object[] { type.Name });

    [TestMethod]
    [DynamicData(nameof(Contracts))]
    public void Contract_OfAnEarlierBuild_IsReadAndLosesNothing(string name)
    {
        Type type = typeof(IKeyValueStore).Assembly.GetTypes().Single(t => t.Name == name);
        Assert.IsTrue(
            GoldenFile.Read(Golden).TryGetValue(name, out string? golden), $"{Golden} lacks the line:\n{name} {Write(Sample(type))}");

        object read = Read(type, golden);

        // Members may have been added since: they are absent in the old text, and more may be in the new one.
        AssertWithin(XElement.Parse(golden), XElement.Parse(Write(read)), name);
    }

    private static void AssertWithin(XElement old, XElement now, string path)
    {
        Assert.AreEqual(old.Name, now.Name, path);
        if (!old.HasElements)
        {
            Assert.AreEqual(old.Value, now.Value, path);
            return;
        }

        foreach (var group in old.Elements().GroupBy(element => element.Name))
        {
            XElement[] same = [.. now.Elements(group.Key)];
            Assert.HasCount(group.Count(), same, $"{path}/{group.Key.LocalName}");
            foreach ((XElement before, XElement after) in group.Zip(same))
            {
                AssertWithin(before, after, $"{path}/{group.Key.LocalName}");
            }
        }
    }

    private static string Write(object value)
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            new DataContractSerializer(value.GetType()).WriteObject(writer, value);
        }

        return text.ToString();
    }

    private static object Read(Type type, string xml)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(xml));
        return new DataContractSerializer(type).ReadObject(reader)!;
    }

    private static object Sample(Type type)
    {
        object made = Activator.CreateInstance(type, nonPublic: true)!;
        int number = 0;
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.GetCustomAttribute<DataMemberAttribute>() is not null))
        {
            property.SetValue(made, SampleOf(property.PropertyType, property.Name, ++number));
        }

        return made;
    }

    private static object SampleOf(Type type, string name, int number)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare switch
        {
            _ when bare == typeof(string) => $"{name} & ä",
            _ when bare == typeof(byte[]) => new byte[] { (byte)number, 0, 255 },
            _ when bare == typeof(bool) => true,
            _ when bare == typeof(DateTime) => new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            _ when bare.IsEnum => Enum.GetValues(bare).GetValue(Enum.GetValues(bare).Length - 1)!,
            _ when bare.IsPrimitive => Convert.ChangeType(number, bare, System.Globalization.CultureInfo.InvariantCulture),
            _ when bare.IsArray => Two(bare.GetElementType()!, name, number),
            _ => Sample(bare),
        };
    }

    private static Array Two(Type element, string name, int number)
    {
        var two = Array.CreateInstance(element, 2);
        two.SetValue(SampleOf(element, name, number), 0);
        two.SetValue(SampleOf(element, name, number + 1), 1);
        return two;
    }
}
