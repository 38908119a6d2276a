using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost;

/// <summary>Everything that a replica's process logs, apart from its requests; event ids 500 to 599.</summary>
internal static partial class HostLog
{
    [LoggerMessage(500, LogLevel.Information, "R{Replica} of cluster {Cluster} starts, incarnation {Incarnation}, data in {Data}")]
    public static partial void Starts(ILogger logger, int replica, string cluster, Incarnation incarnation, string data);

    [LoggerMessage(501, LogLevel.Information, "R{Replica} stops: {Why}")]
    public static partial void Stops(ILogger logger, int replica, string why);

    [LoggerMessage(505, LogLevel.Information, "R{Replica} has stopped")]
    public static partial void Stopped(ILogger logger, int replica);

    [LoggerMessage(502, LogLevel.Critical, "R{Replica} must stop: {What}")]
    public static partial void MustStop(ILogger logger, Exception? error, int replica, string what);

    [LoggerMessage(503, LogLevel.Warning, "{Address} is not a loopback address: whoever reaches it can {Harm}. Keep it inside a trusted network, or have callers show a certificate (Replica:{Setting})")]
    public static partial void NotLoopback(ILogger logger, Uri address, string harm, string setting);

    [LoggerMessage(507, LogLevel.Warning, "{Address} is not a loopback address: whoever reaches it can read this replica's figures, though no keys or values. Keep it inside a trusted network")]
    public static partial void MetricsNotLoopback(ILogger logger, Uri address);

    [LoggerMessage(506, LogLevel.Warning, "The issuer {Issuer} is in ClientIssuersPath and in PeerIssuersPath: a client with a certificate of it gets in as a replica too, and can break the store. Give replicas an issuer of their own")]
    public static partial void IssuerOfBoth(ILogger logger, string issuer);

    [LoggerMessage(504, LogLevel.Warning, "{Sentence} See \"Lost disk\" in docs/operating.md")]
    public static partial void ForeignDirectory(ILogger logger, string sentence);

    [LoggerMessage(510, LogLevel.Information, "Campaigns with ballot {Ballot}")]
    public static partial void Campaigns(ILogger logger, Ballot ballot);

    [LoggerMessage(511, LogLevel.Information, "Leads under ballot {Ballot} from slot {From}; proposed {Recovered} slots again")]
    public static partial void Leads(ILogger logger, Ballot ballot, Slot from, int recovered);

    [LoggerMessage(512, LogLevel.Information, "Yields ballot {Ballot}: {Why}")]
    public static partial void Yields(ILogger logger, Ballot ballot, string why);

    [LoggerMessage(513, LogLevel.Information, "Follows {Leader} under ballot {Ballot}")]
    public static partial void Follows(ILogger logger, ReplicaId leader, Ballot ballot);

    [LoggerMessage(514, LogLevel.Information, "Hands leadership under ballot {Ballot} over to {To}")]
    public static partial void HandsOver(ILogger logger, Ballot ballot, string to);

    [LoggerMessage(515, LogLevel.Warning, "Nobody took over in time; leads on under ballot {Ballot}")]
    public static partial void GoesOnLeading(ILogger logger, Ballot ballot);

    [LoggerMessage(516, LogLevel.Information, "Is too far behind for the log: fetches a snapshot of the state of {From}")]
    public static partial void FetchesSnapshot(ILogger logger, ReplicaId from);

    [LoggerMessage(517, LogLevel.Information, "Has installed a snapshot of the state through slot {Through}")]
    public static partial void InstalledSnapshot(ILogger logger, Slot through);

    [LoggerMessage(518, LogLevel.Critical, "This replica's state differs from that of a majority: slots {From} to {Through} had another effect here. It is fenced, and neither serves nor votes. Keep its directory for a look")]
    public static partial void Diverged(ILogger logger, Slot from, Slot through);

    [LoggerMessage(550, LogLevel.Information, "From slot {Slot} on: {Configuration}")]
    public static partial void Reconfigured(ILogger logger, Slot slot, Configuration configuration);

    [LoggerMessage(551, LogLevel.Information, "Is from now on: {Standing}")]
    public static partial void StandingChanged(ILogger logger, Standing standing);

    [LoggerMessage(552, LogLevel.Warning, "Neither promises nor accepts: {Standing}. {Why} See \"Lost disk\" in docs/operating.md, also where the replica is to be added, or the cluster is new and --bootstrap was forgotten")]
    public static partial void Fenced(ILogger logger, Standing standing, string why);

    [LoggerMessage(553, LogLevel.Error, "The disk was set back: {Witness} remembers {Seen}, and the disk holds {Disk}")]
    public static partial void DiskSetBack(ILogger logger, ReplicaId witness, string seen, string disk);

    [LoggerMessage(554, LogLevel.Information, "{Peer} is at {Address}, as configuration {Configuration} has it, which is not learned here yet")]
    public static partial void HearsOfMove(ILogger logger, ReplicaId peer, Uri address, long configuration);

    [LoggerMessage(520, LogLevel.Warning, "[FAULT] The acceptor of R{Replica} fails {Down}: {Why}")]
    public static partial void AcceptorFailed(ILogger logger, int replica, string down, string why);

    [LoggerMessage(521, LogLevel.Warning, "[RECOVERED] The acceptor of R{Replica} is up again, its promise and accepted values reloaded from disk: {Why}")]
    public static partial void AcceptorRecovered(ILogger logger, int replica, string why);

    [LoggerMessage(522, LogLevel.Information, "The acceptor of R{Replica} stays down: the process stops")]
    public static partial void RecoveryGivenUp(ILogger logger, int replica);

    [LoggerMessage(523, LogLevel.Warning, "[FAULT] The link between R{Replica} and R{Peer} is cut: {What}")]
    public static partial void LinkCut(ILogger logger, int replica, int peer, string what);

    [LoggerMessage(524, LogLevel.Warning, "[FAULT] Each call between R{Replica} and R{Peer} takes {Milliseconds} ms longer")]
    public static partial void LinkDelayed(ILogger logger, int replica, int peer, int milliseconds);

    [LoggerMessage(525, LogLevel.Warning, "[RECOVERED] The link between R{Replica} and R{Peer} is whole again")]
    public static partial void LinkHealed(ILogger logger, int replica, int peer);

    [LoggerMessage(530, LogLevel.Information, "R{Peer} answers at {Address}")]
    public static partial void PeerAnswers(ILogger logger, int peer, Uri address);

    [LoggerMessage(531, LogLevel.Warning, "R{Peer} does not answer at {Address}: {Reason}")]
    public static partial void PeerSilent(ILogger logger, int peer, Uri address, string reason);

    [LoggerMessage(544, LogLevel.Warning, "R{Peer} is not at {Address}: {Reason}")]
    public static partial void PeerElsewhere(ILogger logger, int peer, Uri address, string reason);

    [LoggerMessage(532, LogLevel.Debug, "R{Peer} refused a call: {Reason}")]
    public static partial void PeerRefused(ILogger logger, int peer, string reason);

    [LoggerMessage(533, LogLevel.Warning, "R{Replica} has another servers.xml: hash {Theirs}, here {Ours}. Give all replicas the same file")]
    public static partial void ServersDiffer(ILogger logger, int replica, string theirs, string ours);

    [LoggerMessage(534, LogLevel.Information, "R{Replica} has the same servers.xml again")]
    public static partial void ServersAgree(ILogger logger, int replica);

    [LoggerMessage(535, LogLevel.Information, "[TIMING] {What}: {Count} times, {MeanMicroseconds:F0} µs on average")]
    public static partial void Timing(ILogger logger, string what, long count, double meanMicroseconds);

    [LoggerMessage(536, LogLevel.Information, "[TIMING] collections of generations 0, 1, 2 since the start: {Gen0}, {Gen1}, {Gen2}; {AllocatedMegabytes} MiB allocated")]
    public static partial void Collections(ILogger logger, int gen0, int gen1, int gen2, long allocatedMegabytes);

    [LoggerMessage(537, LogLevel.Warning, "The store takes {Used} of {Limit} bytes ({UsedText} of {LimitText}), {Percent} % or more; at the limit puts are refused. Delete keys, or raise Replica:StoreMebibytesMax")]
    public static partial void StoreFills(ILogger logger, long used, long limit, string usedText, string limitText, int percent);

    [LoggerMessage(538, LogLevel.Error, "The store takes {Used} of {Limit} bytes ({UsedText} of {LimitText}): puts are refused with StorageFull until there is room. Delete keys, or raise Replica:StoreMebibytesMax")]
    public static partial void StoreFull(ILogger logger, long used, long limit, string usedText, string limitText);

    [LoggerMessage(539, LogLevel.Information, "The store takes {Used} of {Limit} bytes ({UsedText} of {LimitText}), below {Percent} % again")]
    public static partial void StoreHasRoom(ILogger logger, long used, long limit, string usedText, string limitText, int percent);

    [LoggerMessage(570, LogLevel.Warning, "The disk of {Data} has {Free} bytes ({FreeText}) free, and the store may take {Left} more ({LeftText}) before its limit: the disk is full first, and then the replica stops. Lower Replica:StoreMebibytesMax, or make room")]
    public static partial void DiskBelowLimit(ILogger logger, string data, long free, string freeText, long left, string leftText);

    [LoggerMessage(571, LogLevel.Warning, "The disk of {Data} has {Free} of {Size} bytes ({FreeText} of {SizeText}) free, less than {Percent} %: when it is full the replica stops. Make room")]
    public static partial void DiskLow(ILogger logger, string data, long free, long size, string freeText, string sizeText, int percent);

    [LoggerMessage(572, LogLevel.Information, "The disk of {Data} has {Free} of {Size} bytes ({FreeText} of {SizeText}) free again")]
    public static partial void DiskHasRoom(ILogger logger, string data, long free, long size, string freeText, string sizeText);

    [LoggerMessage(573, LogLevel.Warning, "How much room the disk of {Data} has could not be told: {Reason}")]
    public static partial void DiskNotMeasured(ILogger logger, string data, string reason);

    [LoggerMessage(545, LogLevel.Error, "The store failed while it was to give space back, and the replica stops: {Reason}")]
    public static partial void ReclaimBrokeStore(ILogger logger, string reason);

    [LoggerMessage(542, LogLevel.Warning, "The store gave no space back: {Reason}")]
    public static partial void ReclaimFailed(ILogger logger, string reason);

    [LoggerMessage(543, LogLevel.Warning, "The size of the store could not be measured: {Reason}")]
    public static partial void StoreNotMeasured(ILogger logger, string reason);

    [LoggerMessage(560, LogLevel.Information, "Metrics can be scraped at {Address}")]
    public static partial void Scraped(ILogger logger, Uri address);

    [LoggerMessage(561, LogLevel.Information, "Exports metrics to {Collector}")]
    public static partial void ExportsMetrics(ILogger logger, string collector);

    [LoggerMessage(562, LogLevel.Information, "Exports activities to {Collector}, sampled by {Sampling}")]
    public static partial void ExportsTraces(ILogger logger, string collector, string sampling);

    [LoggerMessage(563, LogLevel.Warning, "Does not export {What} to {Collector}: {Reason}")]
    public static partial void DoesNotExport(ILogger logger, string what, string collector, string reason);

    [LoggerMessage(564, LogLevel.Warning, "OpenTelemetry's exporter complains: {What}. The replica goes on; the like of it is not logged until exports work again")]
    public static partial void ExportFails(ILogger logger, string what);

    [LoggerMessage(565, LogLevel.Information, "Exports to {Collector} work again")]
    public static partial void ExportsAgain(ILogger logger, string collector);

    [LoggerMessage(566, LogLevel.Warning, "{Complaint}")]
    public static partial void OtelComplaint(ILogger logger, string complaint);

    [LoggerMessage(567, LogLevel.Information, "OTEL_SDK_DISABLED is true: nothing is exported, and Replica:MetricsAddress is not served")]
    public static partial void OtelDisabled(ILogger logger);

    [LoggerMessage(540, LogLevel.Trace, "{Envelope}")]
    public static partial void Sends(ILogger logger, Envelope envelope);

    [LoggerMessage(541, LogLevel.Trace, "Applies slot {Slot} {Value}")]
    public static partial void Applied(ILogger logger, Slot slot, Value value);
}
