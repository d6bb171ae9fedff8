using Cellwright.Kernels;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public class MatrixWorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_member_runs_once_in_every_run(int count)
    {
        using WorkerTeam team = new(count);
        int[] runs = new int[count];
        Action<int> body = i => runs[i]++;
        for (int round = 1; round <= 300; round++)
        {
            team.Run(body);
            runs.ShouldAllBe(r => r == round);
            if (round % 100 == 0) Thread.Sleep(20);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Members_that_fall_asleep_while_others_are_still_being_woken_run_once()
    {
        // More members than processors: the caller is often stopped amid waking them, for longer than a member waits before it sleeps again.
        using WorkerTeam team = new(8);
        int[] runs = new int[team.Count];
        Action<int> body = i => Interlocked.Increment(ref runs[i]);
        for (int round = 1; round <= 8_000; round++)
        {
            team.Run(body);
            if (runs.AsSpan().ContainsAnyExcept(round))
            {
                Assert.Fail($"in run {round} the members have run {string.Join(", ", runs)} times");
            }
        }
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using WorkerTeam team = new(2);
        Action<int> body = static _ => { };
        for (int i = 0; i < 50; i++) team.Run(body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) team.Run(body);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_exception_of_any_member_comes_out_and_the_team_goes_on(int thrower)
    {
        using WorkerTeam team = new(3);
        int finished = 0;
        Should.Throw<InvalidOperationException>(() => team.Run(i =>
        {
            if (i == thrower) throw new InvalidOperationException("no");
            Interlocked.Increment(ref finished);
        })).Message.ShouldBe("no");
        finished.ShouldBe(2);
        team.Run(_ => Interlocked.Increment(ref finished));
        finished.ShouldBe(5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void No_member_begins_a_phase_before_all_have_done_the_one_before(int count)
    {
        using WorkerTeam team = new(count);
        int[] done = new int[3];
        int early = 0;
        Action<int>[] phases =
        [
            .. Enumerable.Range(0, 3).Select(phase => (Action<int>)(_ =>
            {
                if (phase > 0 && Volatile.Read(ref done[phase - 1]) % count != 0) Interlocked.Increment(ref early);
                Interlocked.Increment(ref done[phase]);
            })),
        ];
        for (int i = 0; i < 300; i++) team.Run(phases);
        done.ShouldBe([300 * count, 300 * count, 300 * count]);
        early.ShouldBe(0);
    }

    [Fact]
    public void A_phase_that_throws_is_the_last()
    {
        using WorkerTeam team = new(3);
        int later = 0;
        Action<int>[] phases = [member => { if (member == 1) throw new InvalidOperationException("no"); }, _ => Interlocked.Increment(ref later)];
        Should.Throw<InvalidOperationException>(() => team.Run(phases)).Message.ShouldBe("no");
        later.ShouldBe(0);
        team.Run(_ => Interlocked.Increment(ref later));
        later.ShouldBe(3);
    }

    [Fact]
    public void A_run_inside_a_run_goes_through_all_members()
    {
        using WorkerTeam team = new(2);
        int calls = 0;
        team.Run(_ => team.Run(_ => Interlocked.Increment(ref calls)));
        calls.ShouldBe(4);
    }

    [Fact]
    public void Runs_from_several_threads_take_turns()
    {
        using WorkerTeam team = new(3);
        int calls = 0;
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 100; i++) team.Run(_ => Interlocked.Increment(ref calls));
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        calls.ShouldBe(4 * 100 * 3);
    }

    [Fact]
    public void A_disposed_team_refuses_to_run()
    {
        WorkerTeam team = new(2);
        team.Dispose();
        team.Dispose();
        Should.Throw<ObjectDisposedException>(() => team.Run(_ => { }));
    }
}
