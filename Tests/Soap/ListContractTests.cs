using System.Runtime.Serialization;
using System.ServiceModel;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>The dispatcher serves contracts that it has never seen: here one with lists, and a fault it does not declare.</summary>
[TestClass]
[TestCategory("Dispatcher")]
public sealed class ListContractTests(TestContext test)
{
    private const string Arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
    private const string Tags = $"<tags xmlns:a='{Arrays}'><a:string>t</a:string></tags>";
    private const string Two =
        "<d:Line><d:Count>2</d:Count></d:Line><d:Line><d:Note>n</d:Note><d:Count>3</d:Count></d:Line>";

    [TestMethod]
    [DataRow($"<lines>{Two}</lines>{Tags}", null, null)]
    [DataRow($"<lines/>{Tags}", null, null)]
    [DataRow("<lines><d:Line><d:Count>2</d:Count><d:Note>n</d:Note></d:Line></lines>" + Tags, "lines[0].Note", "out of order")]
    [DataRow($"<lines>{Two}<d:Line/></lines>{Tags}", "lines[2].Count", "missing")]
    [DataRow($"<lines>{Two}<d:Line i:nil='true'/></lines>{Tags}", "lines[2]", "null")]
    [DataRow($"<lines>{Two}<d:Other/></lines>{Tags}", "lines.Other", "not an item")]
    [DataRow("<lines/><tags><string>t</string></tags>", "tags.string", "must be in the namespace http://schemas.microsoft.com/2003/10/Serialization/Arrays.")]
    public async Task Lists_AreReadAsStrictlyAsSingleValues(string parameters, string? field, string? reason)
    {
        await using var listener = await StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(listener.Address, "/lists"))
        {
            Content = new StringContent(
                SoapTestHost.Envelope11(SoapTestHost.Element("Sum", parameters)), Encoding.UTF8, "text/xml"),
        };
        request.Headers.Add("SOAPAction", $"\"{ServiceNamespaces.Services}/Lists/Sum\"");

        using var response = await http.SendAsync(request, test.CancellationToken);
        var answer = new SoapAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(test.CancellationToken));

        if (field is null)
        {
            answer.AssertReply();
            Assert.Contains(parameters.Contains(Two, StringComparison.Ordinal) ? ">5<" : ">0<", answer.Text);
        }
        else
        {
            answer.AssertInvalid(field, reason!);
        }
    }

    [TestMethod]
    public async Task Lists_FromAWcfClient_ArriveWhole()
    {
        await using var listener = await StartAsync();
        using var factory = new ChannelFactory<ILists>(WcfBindings.Client(TimeSpan.FromSeconds(20)));
        var lists = factory.CreateChannel(new EndpointAddress(new Uri(listener.Address, "/lists")));

        Assert.AreEqual(5, await lists.SumAsync([new Line { Count = 2 }, new Line { Note = "n", Count = 3 }], ["t"]));
    }

    [TestMethod]
    public async Task UndeclaredFault_ReachesTheClient_WithoutItsDetail()
    {
        await using var listener = await StartAsync();
        using var factory = new ChannelFactory<ILists>(WcfBindings.Client(TimeSpan.FromSeconds(20)));
        var lists = factory.CreateChannel(new EndpointAddress(new Uri(listener.Address, "/lists")));

        var fault = await Assert.ThrowsExactlyAsync<FaultException>(() => lists.SumAsync([], []));

        Assert.AreEqual("NoQuorum", fault.Code.Name);
        Assert.AreEqual("undeclared", fault.Message);
        Assert.IsFalse(fault.CreateMessageFault().HasDetail);
    }

    [TestMethod]
    public async Task Listener_OnATakenPort_SaysSo()
    {
        await using var first = await StartAsync();

        await Assert.ThrowsAsync<IOException>(() => SoapListener.StartAsync(
            new SoapListenerSettings { Listen = first.Address }, [], NullLoggerFactory.Instance, test.CancellationToken));
    }

    private static Task<SoapListener> StartAsync() => SoapListener.StartAsync(
        new SoapListenerSettings { Listen = new Uri("http://localhost:0") },
        [new SoapEndpoint(typeof(ILists), new Lists(), "/lists", SoapEncoding.Text, PublishWsdl: true)],
        NullLoggerFactory.Instance,
        CancellationToken.None);

    [ServiceContract(Name = "Lists", Namespace = ServiceNamespaces.Services)]
    internal interface ILists
    {
        [OperationContract]
        [FaultContract(typeof(InvalidRequestFault))]
        Task<int> SumAsync(Line[] lines, string[] tags);
    }

    [DataContract(Name = "Line", Namespace = ServiceNamespaces.Data)]
    internal sealed record Line
    {
        [DataMember(Order = 1)]
        public string? Note { get; init; }

        [DataMember(Order = 2, IsRequired = true)]
        public required int Count { get; init; }
    }

    private sealed class Lists : ILists
    {
        public Task<int> SumAsync(Line[] lines, string[] tags) => tags.Length == 0
            ? throw new FaultException<NoQuorumFault>(
                new NoQuorumFault { WaitedMilliseconds = 1 },
                new FaultReason("undeclared"),
                new FaultCode("NoQuorum", ServiceNamespaces.Services),
                null)
            : Task.FromResult(lines.Sum(line => line.Count));
    }
}
