using System.ServiceModel;
using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>The bindings that both ends of a wire agree on.</summary>
public static class WcfBindings
{
    /// <summary>What clients speak: SOAP 1.1 text over HTTP.</summary>
    /// <param name="sendTimeout">How long one call may take.</param>
    public static Binding Client(TimeSpan sendTimeout)
    {
        return new BasicHttpBinding
        {
            SendTimeout = sendTimeout,
            MaxReceivedMessageSize = 4 << 20,
            ReaderQuotas = { MaxArrayLength = 2 << 20, MaxStringContentLength = 4 << 20 },
            UseDefaultWebProxy = false,
        };
    }
}
