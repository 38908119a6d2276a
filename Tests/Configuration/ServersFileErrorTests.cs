using System.Text;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Configuration;

/// <summary>Whatever is wrong with servers.xml: where, and in words.</summary>
[TestClass]
public sealed class ServersFileErrorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Below("servers.xml");

    public void Dispose() => _directory.Dispose();

    // Line 4 of the file is the row's; three replicas stand above it.
    [TestMethod]
    [DataRow("<replica id='3' client='http://h:31' peer='http://h:32'/>", 10, "replica id 3 is used twice; every replica needs an id of its own.")]
    [DataRow("<replica id='4' client='http://h:31' peer='http://h:32'/>", 0, "there are 4 replicas; the file has 1, 3, 5 or 7")]
    [DataRow("<replica id='0' client='http://h:31' peer='http://h:32'/>", 10, "id=\"0\" is not valid: a replica's id is a whole number from 1 to 99.")]
    [DataRow("<replica id='100' client='http://h:31' peer='http://h:32'/>", 10, "whole number from 1 to 99")]
    [DataRow("<replica id='three' client='http://h:31' peer='http://h:32'/>", 10, "id=\"three\" is not valid")]
    [DataRow("<replica id='4' peer='http://h:32'/>", 2, "The required attribute 'client' is missing")]
    [DataRow("<replica id='4' client='http://h:31' peer='http://h:32' port='7'/>", 57, "The 'port' attribute is not declared.")]
    [DataRow("<replica id='4' client='http://h:31' peer='http://h:31'/>", 38, "h:31 is the client address of replica 4 already")]
    [DataRow("<replica id='4' client='http://H:11/' peer='http://h:32'/>", 17, "h:11 is the client address of replica 1 already")]
    [DataRow("<replica id='4' client='http://h:22' peer='http://h:32'/>", 17, "h:22 is the peer address of replica 2 already")]
    [DataRow("<replica id='4' client='h:31' peer='http://h:32'/>", 17, "must look like http://host:port")]
    [DataRow("<replica id='4' client='' peer='http://h:32'/>", 17, "must look like http://host:port")]
    [DataRow("<replica id='4' client='ftp://h:31' peer='http://h:32'/>", 17, "must look like http://host:port")]
    [DataRow("<replica id='4' client='http://h' peer='http://h:32'/>", 17, "the port must be written out")]
    [DataRow("<replica id='4' client='http://h:0' peer='http://h:32'/>", 17, "the port must be written out, from 1 to 65535")]
    [DataRow("<replica id='4' client='http://h:70000' peer='http://h:32'/>", 17, "is not an address")]
    [DataRow("<replica id='4' client='http://h:31/kv' peer='http://h:32'/>", 17, "without user, path, query or fragment")]
    [DataRow("<replica id='4' client='http://h:31?a' peer='http://h:32'/>", 17, "without user, path, query or fragment")]
    [DataRow("<replica id='4' client='http://u@h:31' peer='http://h:32'/>", 17, "without user, path, query or fragment")]
    [DataRow("<replica id='4' client='http://0.0.0.0:31' peer='http://h:32'/>", 17, "others cannot reach this host")]
    [DataRow("<replica id='4' client='http://[fe80::1%25eth0]:31' peer='http://h:32'/>", 17, "the zone of an IPv6 address counts on one machine only")]
    [DataRow("<server id='4'/>", 2, "<server> may not stand here in <servers>")]
    [DataRow("<faults enabled='maybe'/>", 9, "enabled=\"maybe\" is not valid: it is true or false.")]
    [DataRow("<faults/>", 2, "The required attribute 'enabled' is missing")]
    [DataRow("<faults enabled='true' meanSecondsToFailure='0'/>", 24, "meanSecondsToFailure must be more than 0")]
    [DataRow("<faults enabled='true' meanSecondsToFailure='NaN'/>", 24, "is a number of seconds from 0 to 1000000")]
    [DataRow("<faults enabled='true' meanSecondsToFailure='INF'/>", 24, "is a number of seconds from 0 to 1000000")]
    [DataRow("<faults enabled='true' downSecondsMax='-1'/>", 24, "is a number of seconds from 0 to 1000000")]
    [DataRow("<faults enabled='true' downSecondsMax='1,5'/>", 24, "is a number of seconds from 0 to 1000000")]
    [DataRow("<faults enabled='true' downSecondsMin='5'/>", 24, "downSecondsMin (5) is more than downSecondsMax (4).")]
    [DataRow("<faults enabled='true' seed='1.5'/>", 24, "seed=\"1.5\" is not valid: it is a whole number.")]
    [DataRow("<faults enabled='true'/><faults enabled='true'/>", 26, "<faults> may not stand here")]
    [DataRow("text", 0, "servers")]
    [DataRow("<replica", 0, "this is not well-formed XML")]
    [DataRow("&unknown;", 2, "this is not well-formed XML")]
    public void Parse_LineWithAnError_NamesLineColumnAndReason(string line, int column, string words)
    {
        string text = $"""
            <servers xmlns='{ServersFile.Namespace}' cluster='c'><replica id='1' client='http://h:11' peer='http://h:12'/>
            <replica id='2' client='http://h:21' peer='http://h:22'/>
            <replica id='3' client='http://h:1' peer='http://h:2'/>
            {line}
            </servers>
            """;
        ServersFileException refusal = Refused(text);
        ServersFileError error = refusal.Errors.First(error => error.Text.Contains(words, StringComparison.Ordinal));
        Assert.Contains($"servers.xml({error.Line},{error.Column}): {error.Text}", refusal.Message);
        if (column > 0)
        {
            Assert.AreEqual((4, column), (error.Line, error.Column));
        }
    }

    [TestMethod]
    [DataRow("<servers/>", "the root element is <servers> in namespace \"\"")]
    [DataRow("<hosts xmlns='http://schemas.paxoswcf/v1/servers'/>", "the root element is <hosts>")]
    [DataRow("<servers xmlns='http://schemas.paxoswcf/v1/servers' cluster='c'/>", "incomplete content")]
    [DataRow("<servers xmlns='http://schemas.paxoswcf/v1/servers' cluster='a b'><replica id='1' client='http://h:1' peer='http://h:2'/></servers>", "a cluster's name is 1 to 64 letters")]
    [DataRow("<!DOCTYPE a [<!ENTITY x 'y'>]><servers/>", "a document type definition (DTD) is not allowed.")]
    [DataRow("not xml", "this is not well-formed XML")]
    public void Parse_WholeFileWrong_SaysSoWithALine(string text, string words)
    {
        ServersFileException refusal = Refused(text);
        Assert.Contains(words, refusal.Message);
        Assert.Contains("servers.xml(1,", refusal.Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" \r\n\t")]
    public void Parse_Empty_SaysSo(string text) => Assert.Contains("the file is empty", Refused(text).Message);

    [TestMethod]
    public void Parse_ManyErrors_ReportsTheFirstTenInOrder()
    {
        var text = new StringBuilder($"<servers xmlns='{ServersFile.Namespace}' cluster='c'>\n");
        for (int i = 0; i < 25; i++)
        {
            text.Append("<replica id='x' client='y' peer='z'/>\n");
        }

        IReadOnlyList<ServersFileError> errors = Refused(text.Append("</servers>").ToString()).Errors;
        Assert.HasCount(10, errors);
        Assert.AreEqual("1 2 2 2 3 3 3 4 4 4", string.Join(' ', errors.Select(error => error.Line)));
    }

    [TestMethod]
    public void Load_Missing_SaysSo() => Assert.Contains($"{Path}: there is no such file.", LoadRefused());

    [TestMethod]
    public void Load_Directory_SaysSo()
    {
        Directory.CreateDirectory(Path);
        Assert.Contains("this is a directory", LoadRefused());
    }

    [TestMethod]
    public void Load_HugeFile_IsNotRead()
    {
        File.WriteAllBytes(Path, new byte[ServersFile.FileBytesMax + 1]);
        Assert.Contains("larger than 1048576 bytes", LoadRefused());
    }

    [TestMethod]
    public void Load_NotUtf8_IsRefusedAsXml()
    {
        File.WriteAllBytes(Path, [.. "<servers a='"u8, 0xFF, 0xFE, .. "'/>"u8]);
        Assert.Contains("not well-formed", LoadRefused());
    }

    private string LoadRefused() => Assert.ThrowsExactly<ServersFileException>(() => ServersFile.Load(Path)).Message;

    private static ServersFileException Refused(string text)
        => Assert.ThrowsExactly<ServersFileException>(() => ServersFile.Parse(text));
}
