using System.Collections.ObjectModel;
using CoreWCF;
using CoreWCF.Channels;
using CoreWCF.Configuration;
using CoreWCF.Description;
using CoreWCF.Dispatcher;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>The SOAP stack of the build with <c>-p:WcfStack=CoreWCF</c>. Client addresses speak SOAP 1.1 only: CoreWCF has
/// one encoder an address.</summary>
internal static class SoapStack
{
    /// <summary>Registers CoreWCF, and each service object under its own class.</summary>
    public static void AddServices(
        WebApplicationBuilder builder, SoapListenerSettings settings, IReadOnlyList<SoapEndpoint> endpoints)
    {
        builder.Services.AddServiceModelServices();
        builder.Services.AddServiceModelMetadata();
        if (settings.PublicAddress is null)
        {
            // without it the WSDL shows the listening address, not the one the caller used
            builder.Services.AddSingleton<IServiceBehavior, UseRequestHeadersForMetadataAddressBehavior>();
        }
        foreach (var service in endpoints.Select(endpoint => endpoint.Service).Distinct())
        {
            builder.Services.AddSingleton(service.GetType(), service);
        }
    }

    /// <summary>Puts the endpoints behind the listener's pipeline.</summary>
    public static void Map(
        WebApplication application,
        SoapListenerSettings settings,
        IReadOnlyList<SoapEndpoint> endpoints,
        ILoggerFactory loggers)
    {
        var log = loggers.CreateLogger(HostingLog.HostingCategory);
        application.UseServiceModel(services =>
        {
            foreach (var group in endpoints.GroupBy(endpoint => endpoint.Service.GetType()))
            {
                AddService(services, settings, [.. group], log);
            }
        });
        var metadata = application.Services.GetRequiredService<ServiceMetadataBehavior>();
        metadata.HttpGetEnabled = settings.Listen.Scheme == "http" && endpoints.Any(endpoint => endpoint.PublishWsdl);
        metadata.HttpsGetEnabled = settings.Listen.Scheme == "https" && endpoints.Any(endpoint => endpoint.PublishWsdl);
    }

    private static void AddService(
        IServiceBuilder services, SoapListenerSettings settings, SoapEndpoint[] endpoints, ILogger log)
    {
        var service = endpoints[0].Service.GetType();
        var root = settings.PublicAddress ?? settings.Listen;
        services.AddService(service, options =>
        {
            options.DebugBehavior.IncludeExceptionDetailInFaults = false;
            // ?wsdl answers below a base address only
            options.BaseAddresses.Add(new Uri(root, endpoints[0].Path));
        });
        foreach (var endpoint in endpoints)
        {
            var address = endpoint == endpoints[0] ? new Uri("", UriKind.Relative) : new Uri(root, endpoint.Path);
            services.AddServiceEndpoint(service, endpoint.Contract, BindingOf(endpoint, settings), address, null);
        }
        services.ConfigureServiceHostBase(service, host =>
        {
            var behavior = host.Description.Behaviors.Find<ServiceBehaviorAttribute>();
            // resolved for each call, and always the one object that is registered
            behavior.InstanceContextMode = InstanceContextMode.PerCall;
            // the default serialises the calls of one instance
            behavior.ConcurrencyMode = ConcurrencyMode.Multiple;
            host.Description.Behaviors.Add(new FaultTranslation(log));
        });
    }

    private static Binding BindingOf(SoapEndpoint endpoint, SoapListenerSettings settings)
    {
        var isHttps = settings.Listen.Scheme == "https";
        if (endpoint.Encoding == SoapEncoding.Text)
        {
            var text = new BasicHttpBinding(isHttps ? BasicHttpSecurityMode.Transport : BasicHttpSecurityMode.None)
            {
                MaxReceivedMessageSize = settings.Limits.RequestBytesMax,
                MaxBufferSize = settings.Limits.RequestBytesMax,
            };
            WcfBindings.ClientQuotas().CopyTo(text.ReaderQuotas);
            return text;
        }
        var encoding = new BinaryMessageEncodingBindingElement
        {
            MessageVersion = MessageVersion.CreateVersion(EnvelopeVersion.Soap12, AddressingVersion.None),
        };
        WcfBindings.PeerQuotas().CopyTo(encoding.ReaderQuotas);
        var transport = isHttps ? new HttpsTransportBindingElement() : new HttpTransportBindingElement();
        transport.MaxReceivedMessageSize = settings.Limits.RequestBytesMax;
        transport.MaxBufferSize = settings.Limits.RequestBytesMax;
        return new CustomBinding(encoding, transport);
    }

    /// <summary>Turns what stack-neutral services throw into CoreWCF's faults. CoreWCF reads System.ServiceModel's
    /// attributes, but does not know its FaultException.</summary>
    private sealed class FaultTranslation(ILogger log) : IServiceBehavior, IErrorHandler
    {
        public void Validate(ServiceDescription serviceDescription, ServiceHostBase serviceHostBase)
        {
        }

        public void AddBindingParameters(
            ServiceDescription serviceDescription,
            ServiceHostBase serviceHostBase,
            Collection<ServiceEndpoint> endpoints,
            BindingParameterCollection bindingParameters)
        {
        }

        public void ApplyDispatchBehavior(ServiceDescription serviceDescription, ServiceHostBase serviceHostBase)
        {
            foreach (var dispatcher in serviceHostBase.ChannelDispatchers.OfType<ChannelDispatcher>())
            {
                dispatcher.ErrorHandlers.Add(this);
            }
        }

        public bool HandleError(Exception error) => true;

        public void ProvideFault(Exception error, MessageVersion version, ref Message fault)
        {
            if (error is FaultException)
            {
                // CoreWCF's own refusal of a request
                return;
            }
            var translated = error is System.ServiceModel.FaultException thrown
                ? Translate(thrown, version)
                : Unexpected(error, version);
            fault = Message.CreateMessage(version, translated.CreateMessageFault(), translated.Action);
        }

        private static FaultException Translate(System.ServiceModel.FaultException thrown, MessageVersion version)
        {
            var meaning = thrown.Code.SubCode ?? thrown.Code;
            var code = CodeOf(meaning.Name, meaning.Namespace, version);
            var reason = new FaultReason(thrown.Message);
            var type = thrown.GetType();
            return type.IsGenericType
                ? (FaultException)Activator.CreateInstance(
                    typeof(FaultException<>).MakeGenericType(type.GenericTypeArguments[0]),
                    type.GetProperty("Detail")!.GetValue(thrown),
                    reason,
                    code)!
                : new FaultException(reason, code);
        }

        private FaultException Unexpected(Exception error, MessageVersion version)
        {
            var failureId = Guid.NewGuid().ToString("N");
            HostingLog.OperationFailed(log, error, "An operation", "-", failureId);
            return new FaultException(
                new FaultReason($"The replica failed on this request. Its log has the reason under the id {failureId}."),
                CodeOf("InternalError", ServiceNamespaces.Services, version));
        }

        private static FaultCode CodeOf(string name, string ns, MessageVersion version) =>
            version.Envelope == EnvelopeVersion.Soap12
                ? FaultCode.CreateSenderFaultCode(new FaultCode(name, ns))
                : new FaultCode(name, ns);
    }
}
