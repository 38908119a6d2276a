using System.Net;
using System.ServiceModel.Channels;
using System.ServiceModel.Description;
using System.ServiceModel.Dispatcher;

namespace PaxosWcf.Contracts;

/// <summary>Spares every message what a replica never does: redirections, cookies, compressed replies, proxies.</summary>
/// <remarks>Only over plain HTTP. Where there is a certificate to look at, WCF's own handler is left to do that.</remarks>
internal sealed class LeanHttp : IEndpointBehavior
{
    void IEndpointBehavior.AddBindingParameters(ServiceEndpoint endpoint, BindingParameterCollection bindingParameters)
    {
        if (endpoint.Address.Uri.Scheme == Uri.UriSchemeHttp)
        {
            // WCF's own hook: it hands its handler over, and sends through what it gets back.
            bindingParameters.Add(new Func<HttpClientHandler, HttpMessageHandler>(Replace));
        }
    }

    void IEndpointBehavior.ApplyClientBehavior(ServiceEndpoint endpoint, ClientRuntime clientRuntime)
    {
    }

    void IEndpointBehavior.ApplyDispatchBehavior(ServiceEndpoint endpoint, EndpointDispatcher endpointDispatcher)
    {
    }

    void IEndpointBehavior.Validate(ServiceEndpoint endpoint)
    {
    }

    private static SocketsHttpHandler Replace(HttpClientHandler usual)
    {
        usual.Dispose();
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
        };
    }
}
