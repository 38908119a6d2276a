using System.Diagnostics.Metrics;
using PaxosWcf.ReplicaHost.Metrics;

namespace PaxosWcf.Tests.Host;

/// <summary>Listens to the meters of the replicas that start from now on, as an exporter would.</summary>
internal sealed class MeterReadings : IDisposable
{
    private const string Prefix = "paxoswcf.replica.";

    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly HashSet<Instrument> _instruments = [];
    private readonly Dictionary<(int Replica, string Name), List<long>> _observed = [];
    private readonly Dictionary<(int Replica, string What), long> _calls = [];
    private readonly Dictionary<(int Replica, string What), List<double>> _seconds = [];
    private readonly List<(int Replica, string Name, string Tags, double Seconds)> _work = [];

    /// <summary>Begins to listen.</summary>
    public MeterReadings()
    {
        // What other tests left, if they did, is none of this one's.
        var isStarted = false;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isStarted && instrument.Meter.Name == ReplicaMetrics.MeterName)
            {
                lock (_lock)
                {
                    _instruments.Add(instrument);
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) =>
        {
            lock (_lock)
            {
                _instruments.Remove(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        isStarted = true;
    }

    /// <summary>The instruments of a replica that are there now.</summary>
    public IReadOnlyList<Instrument> Instruments(int replica)
    {
        lock (_lock)
        {
            return [.. _instruments.Where(instrument => ReplicaOf(instrument) == replica)];
        }
    }

    /// <summary>How many values there are to observe now, of all replicas.</summary>
    public int Observe()
    {
        lock (_lock)
        {
            _observed.Clear();
        }

        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            return _observed.Values.Sum(values => values.Count);
        }
    }

    /// <summary>What an instrument of a replica says now: one value.</summary>
    public long Read(int replica, string name)
    {
        Observe();
        lock (_lock)
        {
            return _observed[(replica, Prefix + name)].Single();
        }
    }

    /// <summary>What an instrument says now, replica by replica.</summary>
    public long[] Read(IEnumerable<int> replicas, string name) => [.. replicas.Select(replica => Read(replica, name))];

    /// <summary>The calls of a replica that were counted, as "Put ok" and how many.</summary>
    public IReadOnlyDictionary<string, long> Calls(int replica)
    {
        lock (_lock)
        {
            return _calls.Where(pair => pair.Key.Replica == replica).ToDictionary(pair => pair.Key.What, pair => pair.Value);
        }
    }

    /// <summary>How long the calls of a replica took.</summary>
    public IReadOnlyDictionary<string, double[]> Seconds(int replica)
    {
        lock (_lock)
        {
            return _seconds.Where(pair => pair.Key.Replica == replica).ToDictionary(pair => pair.Key.What, pair => pair.Value.ToArray());
        }
    }

    /// <summary>How long the replica's own work took, each time: an instrument's values, with their tags.</summary>
    public IReadOnlyList<(string Tags, double Seconds)> Work(int replica, string name)
    {
        lock (_lock)
        {
            return [.. _work.Where(work => work.Replica == replica && work.Name == name).Select(work => (work.Tags, work.Seconds))];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if (instrument.IsObservable)
            {
                var key = (ReplicaOf(instrument), instrument.Name);
                _observed.TryAdd(key, []);
                _observed[key].Add(value);
                return;
            }

            Assert.AreEqual(Prefix + "calls", instrument.Name);
            var what = (ReplicaOf(instrument), WhatOf(tags));
            _calls[what] = _calls.GetValueOrDefault(what) + value;
        }
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if (instrument.Name != Prefix + "call.duration")
            {
                _work.Add((ReplicaOf(instrument), instrument.Name[Prefix.Length..], string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")), value));
                return;
            }

            var what = (ReplicaOf(instrument), WhatOf(tags));
            _seconds.TryAdd(what, []);
            _seconds[what].Add(value);
        }
    }

    private static int ReplicaOf(Instrument instrument) => (int)instrument.Meter.Tags!.Single(tag => tag.Key == "replica").Value!;

    private static string WhatOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Assert.AreEqual("operation outcome", $"{tags[0].Key} {tags[1].Key}");
        return $"{tags[0].Value} {tags[1].Value}";
    }
}
