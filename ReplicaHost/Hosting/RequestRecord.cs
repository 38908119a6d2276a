namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>What the stack tells the request log of one request. There is one only while that log is on.</summary>
internal sealed class RequestRecord
{
    /// <summary>Contract and operation, or the HTTP method and path while none is known.</summary>
    public string? Operation { get; set; }

    /// <summary>Size of the request body.</summary>
    public long BytesIn { get; set; }

    /// <summary><c>reply</c>, a fault code, or null for whatever the HTTP status says.</summary>
    public string? Outcome { get; set; }

    /// <summary>Size of the response body.</summary>
    public long BytesOut { get; set; }
}
