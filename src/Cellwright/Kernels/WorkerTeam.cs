using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Cellwright.Kernels;

/// <summary>
/// A fixed team of threads that runs one body on each of its members at the same time: the caller is member 0, the
/// others are background threads that live as long as the team. A run allocates nothing when its delegate is cached.
/// Idle members spin briefly, so that runs that follow closely start within a microsecond, give way for a while to
/// whoever wants their processor, then sleep.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    // So long an idle member gives way but does not sleep: on an idle machine's processor a thread takes some 50 µs to
    // wake, on a virtual machine several times that, longer than most work between two runs takes.
    private static readonly long YieldingTicks = Stopwatch.Frequency * 3 / 10_000;

    private static readonly Lock DefaultsLock = new();
    private static readonly Dictionary<int, WorkerTeam> Defaults = [];

    [ThreadStatic]
    private static WorkerTeam? t_memberOf;

    // No System.Threading.Lock, which allocates where two threads meet at it.
    private readonly object turn = new();
    private readonly Member[] members;
    private readonly ManualResetEventSlim allDone = new(false, spinCount: 0);
    private readonly Action<int>[] single = new Action<int>[1];
    private Action<int>[] phases = [];
    private volatile ExceptionDispatchInfo? failure;
    private int round;
    private int arrived;
    private int running;
    private volatile bool disposed;

    /// <summary>Starts a team of <paramref name="count"/> members, the caller of <see cref="Run(Action{int})"/> counted.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public WorkerTeam(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        members = new Member[count - 1];
        // The first wait allocates; let it be this one.
        if (count > 1) allDone.Wait(1);
        for (int i = 0; i < members.Length; i++)
        {
            Member member = new(i + 1);
            members[i] = member;
            new Thread(() => Work(member)) { IsBackground = true, Name = $"Cellwright worker {i + 1}" }.Start();
        }
    }

    /// <summary>How many members the team has.</summary>
    public int Count { get; }

    /// <summary>Whether no member sleeps, so that a run would begin at once; it may change at any time.</summary>
    public bool IsAwake
    {
        get
        {
            foreach (Member member in members)
            {
                if (Volatile.Read(ref member.Asleep) == 1) return false;
            }

            return true;
        }
    }

    /// <summary>The team of that many members that the whole process shares, 0 for one per processor; never dispose it.</summary>
    public static WorkerTeam Default(int threads)
    {
        threads = threads == 0 ? Environment.ProcessorCount : threads;
        lock (DefaultsLock)
        {
            if (!Defaults.TryGetValue(threads, out WorkerTeam? team))
            {
                team = new WorkerTeam(threads);
                Defaults.Add(threads, team);
            }
            return team;
        }
    }

    /// <summary>
    /// Runs <c>body(0)</c> … <c>body(Count − 1)</c>, each on its own thread, and returns when all are done. When one
    /// throws, the others still finish, and the first exception is thrown again here. Runs from several threads take
    /// turns; a run from inside a body goes through its members one after the other on the calling thread.
    /// </summary>
    public void Run(Action<int> body)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (RunsAlone)
        {
            for (int i = 0; i < Count; i++) body(i);
            return;
        }
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            single[0] = body;
            RunTogether(single);
            single[0] = null!;
        }
    }

    /// <summary>
    /// As several runs one after the other, but the members wait for each other between two without being called
    /// together anew. When one throws, the others stop before the next body.
    /// </summary>
    public void Run(Action<int>[] bodies)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (RunsAlone)
        {
            foreach (Action<int> body in bodies)
            {
                for (int i = 0; i < Count; i++) body(i);
            }
            return;
        }
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            RunTogether(bodies);
        }
    }

    /// <summary>Ends the team's threads; waits for a run that is still going.</summary>
    public void Dispose()
    {
        if (Monitor.IsEntered(turn) || IsMember)
        {
            throw new InvalidOperationException("A worker team was disposed from inside its own run; dispose it after the run has returned.");
        }
        lock (turn)
        {
            if (disposed) return;
            disposed = true;
            StartRound();
        }
    }

    /// <summary>Whether the caller runs a body of this team already, or there is one member: then the caller does all members' work.</summary>
    public bool RunsAlone => Count == 1 || Monitor.IsEntered(turn) || IsMember;

    private bool IsMember => t_memberOf == this;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunTogether(Action<int>[] bodies)
    {
        phases = bodies;
        failure = null;
        arrived = 0;
        allDone.Reset();
        Volatile.Write(ref running, members.Length);
        StartRound();
        RunPhases(0);
        MemberWait wait = default;
        for (long begin = 0; Volatile.Read(ref running) != 0 && !IsOver(wait, ref begin);) wait.Pass();
        while (Volatile.Read(ref running) != 0)
        {
            // The event may still be set by a slow last member of the run before; the count alone decides.
            allDone.Wait();
            if (Volatile.Read(ref running) != 0) allDone.Reset();
        }
        phases = [];
        failure?.Throw();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunPhases(int member)
    {
        try
        {
            Action<int>[] bodies = phases;
            for (int phase = 0; phase < bodies.Length; phase++)
            {
                if (phase > 0 && !Meet(phase)) return;
                bodies[phase](member);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    /// <summary>Waits until all members have come to the given phase; false when one has failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Meet(int phase)
    {
        Interlocked.Increment(ref arrived);
        MemberWait wait = default;
        while (Volatile.Read(ref arrived) < phase * Count)
        {
            if (failure is not null) return false;
            wait.Pass();
        }
        return failure is null;
    }

    /// <summary>Whether a wait for the next work has taken so long that its member had better sleep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOver(MemberWait wait, ref long begin)
    {
        if (!wait.IsLong) return false;
        long now = Stopwatch.GetTimestamp();
        if (begin == 0) begin = now;
        return now - begin >= YieldingTicks;
    }

    private void StartRound()
    {
        Interlocked.Increment(ref round);
        foreach (Member member in members)
        {
            if (Interlocked.Exchange(ref member.Asleep, 0) == 1) member.Wake.Release();
        }
    }

    private void Work(Member member)
    {
        t_memberOf = this;
        int seen = 0;
        while (true)
        {
            AwaitRound(member, seen);
            seen++;
            if (disposed) break;
            RunPhases(member.Index);
            if (Interlocked.Decrement(ref running) == 0) allDone.Set();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AwaitRound(Member member, int seen)
    {
        while (Volatile.Read(ref round) == seen)
        {
            MemberWait wait = default;
            for (long begin = 0; !IsOver(wait, ref begin); wait.Pass())
            {
                if (Volatile.Read(ref round) != seen) return;
            }
            // Announce the sleep first and look again: a round that starts between the two sees the announcement.
            // Whoever takes it back decides whether a permit is on its way.
            Interlocked.Exchange(ref member.Asleep, 1);
            if (Volatile.Read(ref round) != seen && Interlocked.Exchange(ref member.Asleep, 0) == 1) return;
            // A permit alone is no round: where the caller was stopped between the round's number and this member,
            // the member has run it, and the permit that comes late finds it in its next sleep.
            member.Wake.Wait();
        }
    }

    private sealed class Member(int index)
    {
        public readonly int Index = index;
        public readonly SemaphoreSlim Wake = new(0);
        public int Asleep;
    }
}
