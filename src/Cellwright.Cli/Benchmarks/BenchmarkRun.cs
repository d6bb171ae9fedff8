using System.Globalization;

namespace Cellwright.Cli.Benchmarks;

/// <summary>Measures cases, ours and the peers' repetitions in turns, so that all share the machine's good and bad moments.</summary>
/// <param name="peers">The peers that are there.</param>
/// <param name="folder">Where they run.</param>
/// <param name="notes">Takes a line for each thing measured.</param>
internal sealed class BenchmarkRun(IReadOnlyList<Peer> peers, string folder, TextWriter notes)
{
    private const int Rounds = 7;
    private const double First = 0.3;
    private const double Turn = 0.4;

    // The others have had the caches, and one's own threads sleep: what comes first in a turn is not counted.
    private const double WarmUp = 0.02;

    // A library may have threads that it was not asked for; its housekeeping takes less than this of one more.
    private const double Spare = 0.25;

    // Threads that wait for more work spin for a while before they sleep.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(10);

    /// <summary>Measures one case.</summary>
    public BenchmarkResult Measure(BenchmarkCase what)
    {
        using LayerMeasurement ours = new(what);
        (Peer Peer, List<double> Times)[] others = [.. Ready(what, ours).Select(peer => (peer, new List<double>()))];
        List<double> times = [];
        int threads = what.UsedThreads;
        double peak = 0;
        ours.Run(0, First);
        ours.ForgetAllocations();
        for (int round = 0; round < Rounds; round++)
        {
            peak = Math.Max(peak, MultiplyAddPeak.Measure(threads));
            times.AddRange(ours.Run(WarmUp, Turn));
            foreach ((Peer peer, List<double> theirs) in others)
            {
                theirs.AddRange(peer.Run(WarmUp, Turn));
                Thread.Sleep(Calm);
            }
        }

        HashSet<Peer> leftOut = [.. others.Select(other => other.Peer).Where(peer => peer.Processors > what.Threads + Spare)];
        foreach (Peer greedy in leftOut)
        {
            notes.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}; {greedy.Name} is left out: it took {greedy.Processors:F2} processors where {what.Threads} may be used"));
        }

        double milliseconds = Median(times);
        double gflops = what.Operations / milliseconds * 1e-6;
        return new BenchmarkResult(
            what.Cell.Name,
            what.Mode.ToString().ToLowerInvariant(),
            what.Batch,
            what.Input,
            what.Hidden,
            what.Steps,
            threads,
            Rounded(milliseconds),
            Rounded(gflops),
            Rounded(peak),
            Rounded(gflops / peak),
            ours.AllocatedBytes,
            others.Where(other => other.Times.Count > 0 && !leftOut.Contains(other.Peer)).ToDictionary(other => other.Peer.Name, other => Rounded(Median(other.Times))));
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        int half = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
    }

    private static double Rounded(double value) => double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    // The peers that have computed the same from the same numbers.
    private List<Peer> Ready(BenchmarkCase what, LayerMeasurement ours)
    {
        List<Peer> ready = [];
        if (PeerCell.Of(what.Cell) is not { } known)
        {
            notes.WriteLine(peers.Count > 0 ? $"{what}: no peer has this cell" : what.ToString());
            return ready;
        }

        PeerExchange exchange = new(folder, known, what.Mode, ours);
        List<string> settings = [];
        foreach (Peer peer in peers.Where(peer => peer.Knows(what.Mode)))
        {
            exchange.Write(what);
            exchange.Clear();
            string? complaint = peer.Prepare(what, known, out string setting) ? exchange.Compare() : setting;
            settings.Add($"{peer.Name}: {complaint ?? setting}");
            if (complaint is null)
            {
                ready.Add(peer);
            }
        }

        notes.WriteLine(settings.Count > 0 ? $"{what}; {string.Join("; ", settings)}" : what.ToString());
        return ready;
    }
}
