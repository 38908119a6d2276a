using System.ServiceModel.Channels;

namespace PaxosWcf.Contracts;

/// <summary>WCF's HTTP transport with another channel under it: <see cref="LeanRequestChannel"/>. What goes over the wire is the same.</summary>
/// <remarks>Only for plain HTTP. Where there is a certificate to look at, WCF's own channel is left to do that.</remarks>
internal sealed class LeanHttpTransport : HttpTransportBindingElement
{
    private LeanHttpTransport(HttpTransportBindingElement usual)
        : base(usual)
    {
    }

    /// <summary>The same binding; over plain HTTP with this transport in it.</summary>
    public static Binding In(Binding binding)
    {
        var lean = new CustomBinding(binding);
        if (lean.Scheme == Uri.UriSchemeHttp && lean.Elements.Find<HttpTransportBindingElement>() is { } usual)
        {
            lean.Elements[lean.Elements.IndexOf(usual)] = new LeanHttpTransport(usual);
        }

        return lean;
    }

    /// <inheritdoc/>
    public override BindingElement Clone() => new LeanHttpTransport(this);

    /// <inheritdoc/>
    public override IChannelFactory<TChannel> BuildChannelFactory<TChannel>(BindingContext context) =>
        typeof(TChannel) == typeof(IRequestChannel)
            ? (IChannelFactory<TChannel>)(object)new LeanChannelFactory(this, context)
            : base.BuildChannelFactory<TChannel>(context);
}
