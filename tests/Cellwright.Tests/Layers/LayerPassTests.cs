using Cellwright.Kernels;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public class LayerPassTests
{
    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(2, 1, false)]
    [InlineData(2, 7, true)]
    [InlineData(3, 2, false)]
    [InlineData(5, 3, true)]
    public void Each_row_is_run_once_before_the_loop_then_in_it_then_behind_it(int threads, int partRows, bool isBackward)
    {
        foreach (int[] lengths in (int[][])[[], [3, 11, 1, 11, 0, 6, 11]])
        {
            for (int seed = 0; seed < 20; seed++)
            {
                BatchRows rows = new();
                rows.Set(11, 7, lengths);
                using WorkerTeam team = new(threads);
                LayerPass pass = new(null!, rows, team) { PartRows = partRows };
                int[] reached = new int[rows.Total];
                BoundStage[] Stage(int from) => [new Recorded(reached, from, seed)];
                pass.Begin(Stage(0), Stage(1), Stage(2), totals: null, isBackward, clock: null);
                team.Run(pass.Share);
                reached.ShouldAllBe(count => count == 3);
            }
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_stage_that_fails_ends_the_pass_for_all_members_and_the_next_pass_runs(int failing, bool isBackward)
    {
        BatchRows rows = new();
        rows.Set(9, 6, []);
        using WorkerTeam team = new(3);
        LayerPass pass = new(null!, rows, team) { PartRows = 2 };
        for (int row = 0; row < rows.Total; row += 5)
        {
            int[] reached = new int[rows.Total];
            BoundStage[] Stage(int from, int failsAt = -1) => [new Recorded(reached, from, seed: row, failsAt)];
            pass.Begin(Stage(0, failing == 0 ? row : -1), Stage(1, failing == 1 ? row : -1), Stage(2, failing == 2 ? row : -1), totals: null, isBackward, clock: null);
            Should.Throw<NotSupportedException>(() => team.Run(pass.Share));

            Array.Clear(reached);
            pass.Begin(Stage(0), Stage(1), Stage(2), totals: null, isBackward, clock: null);
            team.Run(pass.Share);
            reached.ShouldAllBe(count => count == 3);
        }
    }

    [Fact]
    public void A_pass_from_inside_another_run_of_the_team_is_done_by_the_calling_thread()
    {
        BatchRows rows = new();
        rows.Set(9, 6, []);
        using WorkerTeam team = new(2);
        LayerPass pass = new(null!, rows, team) { PartRows = 2 };
        int[] reached = new int[rows.Total];
        team.Run(member =>
        {
            if (member == 1)
            {
                pass.Begin([new Recorded(reached, 0, 1)], [new Recorded(reached, 1, 1)], [new Recorded(reached, 2, 1)], totals: null, isBackward: false, clock: null);
                team.Run(pass.Share);
            }
        });
        reached.ShouldAllBe(count => count == 3);
    }

    /// <summary>A stage that counts its rows up from what the stage before it must have left, now and then after a while.</summary>
    private sealed class Recorded(int[] reached, int from, int seed, int failsAt = -1) : BoundStage
    {
        public override string Name => "recorded";

        public override void Run(LayerMemory memory, in RowCursor cursor)
        {
            if (((cursor.Steps * 31) + seed) % 7 == from)
            {
                Thread.Sleep(TimeSpan.FromMicroseconds(50));
            }

            for (int i = 0; i < cursor.Count; i++)
            {
                if (cursor.Steps + i == failsAt)
                {
                    throw new NotSupportedException("no");
                }

                Volatile.Read(ref reached[cursor.Steps + i]).ShouldBe(from);
                Volatile.Write(ref reached[cursor.Steps + i], from + 1);
            }
        }
    }
}
