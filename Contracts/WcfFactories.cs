using System.ServiceModel;
using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>Makes the factories of all channels to replicas, so that each sends in the same way.</summary>
public static class WcfFactories
{
    /// <summary>A factory that is not open yet.</summary>
    /// <param name="binding">One of <see cref="WcfBindings"/>.</param>
    /// <param name="address">The service: a replica's address with one of <see cref="ServicePaths"/>.</param>
    /// <param name="credentials">What is shown over https, and whom the caller believes; null: no certificate is shown, and the system says who
    /// is believed.</param>
    public static ChannelFactory<TContract> Of<TContract>(Binding binding, Uri address, TlsCredentials? credentials = null)
        where TContract : class
    {
        return new ChannelFactory<TContract>(LeanHttpTransport.In(binding, credentials), new EndpointAddress(address));
    }
}
