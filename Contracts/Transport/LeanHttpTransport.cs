using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>WCF's HTTP transport with another channel under it: <see cref="LeanRequestChannel"/>. What goes over the wire is the same.</summary>
/// <remarks>For plain HTTP, and for https where the caller says what to show and whom to believe: of WCF's own channel such a caller would have to
/// look at certificates itself, without the certificates between them and their issuer, and without a look at the host's name. Over any other https WCF's own channel is left to do that.</remarks>
internal sealed class LeanHttpTransport : HttpTransportBindingElement
{
    private LeanHttpTransport(HttpTransportBindingElement usual, string scheme, TlsCredentials? credentials)
        : base(usual)
    {
        (Scheme, Credentials) = (scheme, credentials);
    }

    /// <inheritdoc/>
    public override string Scheme { get; }

    /// <summary>What the caller shows, and whom it believes.</summary>
    public TlsCredentials? Credentials { get; }

    /// <summary>The same binding; over plain HTTP, or with credentials, with this transport in it.</summary>
    public static Binding In(Binding binding, TlsCredentials? credentials = null)
    {
        credentials = credentials is { SaysAnything: true } ? credentials : null;
        var lean = new CustomBinding(binding);
        if ((credentials is not null || lean.Scheme == Uri.UriSchemeHttp) && lean.Elements.Find<HttpTransportBindingElement>() is { } usual)
        {
            lean.Elements[lean.Elements.IndexOf(usual)] = new LeanHttpTransport(usual, lean.Scheme, credentials);
        }

        return lean;
    }

    /// <inheritdoc/>
    public override BindingElement Clone() => new LeanHttpTransport(this, Scheme, Credentials);

    /// <inheritdoc/>
    public override IChannelFactory<TChannel> BuildChannelFactory<TChannel>(BindingContext context) =>
        typeof(TChannel) == typeof(IRequestChannel)
            ? (IChannelFactory<TChannel>)(object)new LeanChannelFactory(this, context)
            : base.BuildChannelFactory<TChannel>(context);
}
