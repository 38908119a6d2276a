namespace PaxosWcf.ReplicaHost;

/// <summary>A member's addresses as a configuration carries them: client address, a blank, peer address.</summary>
internal static class MemberAddresses
{
    /// <summary>Writes them.</summary>
    public static string Write(Uri client, Uri peer) =>
        $"{client.GetLeftPart(UriPartial.Authority)} {peer.GetLeftPart(UriPartial.Authority)}";

    /// <summary>Reads them; null when they are none.</summary>
    public static (Uri Client, Uri Peer)? Read(string addresses) =>
        addresses.Split(' ') is [var client, var peer]
        && Uri.TryCreate(client, UriKind.Absolute, out var clientUri) && Uri.TryCreate(peer, UriKind.Absolute, out var peerUri)
            ? (clientUri, peerUri)
            : null;
}
