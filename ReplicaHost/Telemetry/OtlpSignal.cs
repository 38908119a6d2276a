namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>Where one kind of telemetry is sent to, and how.</summary>
/// <param name="Address">The collector.</param>
/// <param name="IsWhole">The address is called as it is; otherwise the kind's path is put behind it where the protocol has one.</param>
/// <param name="Variables">What the SDK reads the rest from, with the variables of this kind in place of the general ones.</param>
internal sealed record OtlpSignal(Uri Address, bool IsWhole, OtelVariables Variables)
{
    /// <summary>The address as it may be logged: whoever put a password into it does not find it there.</summary>
    public string Shown => Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
