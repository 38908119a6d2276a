using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

[TestClass]
public sealed class DirectoryIdentityTests
{
    private static readonly DirectoryIdentity Identity = new("paxoswcf", 3, Guid.Parse("0a32fe52-0684-4ca4-a1f9-821e03f0cfb5"));

    [TestMethod]
    public void Render_Parse_GivesTheSame()
    {
        Assert.AreEqual(Identity, DirectoryIdentity.Parse(Identity.Render(), out string refusal));
        Assert.AreEqual("", refusal);
    }

    [TestMethod]
    public void Parse_AnyByteChangedOrCut_IsRefused()
    {
        string text = Identity.Render();
        for (int i = 0; i < text.Length; i++)
        {
            string changed = text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..];
            Assert.IsNull(DirectoryIdentity.Parse(changed, out _), $"byte {i} changed");
            Assert.IsNull(DirectoryIdentity.Parse(text[..i], out _), $"cut at {i}");
        }
    }

    [TestMethod]
    public void Parse_LaterFormat_SaysTheVersion()
    {
        Assert.IsNull(DirectoryIdentity.Parse("paxoswcf data directory, format 2\nanything\n", out string refusal));
        Assert.Contains("format version 2", refusal);
    }
}
