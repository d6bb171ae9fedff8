using Cellwright.Graphs;
using Cellwright.Programs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Programs;

public sealed class CellProgramTests
{
    [Fact]
    public void The_gru_has_two_product_levels_and_joins_what_shares_an_operand()
    {
        CellProgram program = CellProgram.Build(Cell.Named("gru").Graph);
        Products(program.Forward.Before).ShouldBe([(3, 1)]);
        Products(program.Forward.Loop).ShouldBe([(2, 1), (1, 1)]);
        Products(program.Backward.Loop).ShouldBe([(1, 1), (1, 2)]);
        Products(program.Backward.After).ShouldBe([(1, 3)]);
        program.Forward.After.ShouldBeEmpty();
        program.Backward.Before.ShouldBeEmpty();
    }

    [Fact]
    public void The_lstm_is_one_product_and_one_kernel_a_step_each_way()
    {
        CellProgram program = CellProgram.Build(Cell.Named("lstm").Graph);
        Products(program.Forward.Before).ShouldBe([(4, 1)]);
        program.Forward.Loop.Select(stage => stage.GetType()).ShouldBe([typeof(ProductStage), typeof(PointwiseStage)]);
        program.Backward.Loop.Select(stage => stage.GetType()).ShouldBe([typeof(PointwiseStage), typeof(ProductStage)]);
        Products(program.Backward.Loop).ShouldBe([(1, 4)]);
    }

    [Fact]
    public void Four_gates_and_a_candidate_overwrite_their_own_pre_activations()
    {
        CellProgram program = CellProgram.Build(Cell.Named("lstm").Graph);
        PointwiseStage kernel = program.Forward.Loop.OfType<PointwiseStage>().Single();
        HashSet<Place> read = [.. kernel.Loads.Select(load => load.Place)];
        kernel.Stores.Count(store => read.Contains(store.Place)).ShouldBe(4);
    }

    [Theory]
    [InlineData("lstm", 4)]
    [InlineData("lstm-norm", 1)]
    [InlineData("elman", 1)]
    [InlineData("min-gru", 2)]
    public void Gradients_by_gates_take_the_memory_of_the_gates(string name, int count)
    {
        CellProgram program = CellProgram.Build(Cell.Named(name).Graph);
        Overwrites(program).ShouldBe(count);
        // What is traced is given out behind the backward pass too.
        Overwrites(CellProgram.Build(Cell.Named(name).Graph, trace: true)).ShouldBe(0);
    }

    [Fact]
    public void A_gradient_overwrites_nothing_that_a_later_kernel_of_the_step_reads()
    {
        // The GRU's candidate is read once more for the update gate's gradient, behind the product of the candidate's own.
        Overwrites(CellProgram.Build(Cell.Named("gru").Graph)).ShouldBe(0);
        foreach (string name in Cell.Names)
        {
            CellProgram program = CellProgram.Build(Cell.Named(name).Graph);
            HashSet<Place> written = Written(program.Forward);
            Dictionary<Place, Node> holds = [];
            foreach (Stage stage in (Stage[])[.. program.Backward.Before, .. program.Backward.Loop, .. program.Backward.After])
            {
                IEnumerable<PlacedNode> read = stage switch
                {
                    PointwiseStage pointwise => pointwise.Loads,
                    ProductStage product => product.Operands,
                    _ => [],
                };
                foreach (PlacedNode each in read.Where(each => each.Place.Offset is null && holds.ContainsKey(each.Place)))
                {
                    each.Node.ShouldBe(holds[each.Place], $"{name}: {stage}");
                }

                foreach (PlacedNode store in stage is PointwiseStage kernel ? kernel.Stores : [])
                {
                    if (written.Contains(store.Place))
                    {
                        holds[store.Place] = store.Node;
                    }
                }
            }

            foreach (OuterTotal total in program.OuterTotals)
            {
                total.Left.ShouldSatisfyAllConditions(
                    () => holds.GetValueOrDefault(total.Left, total.Total.Operands[0]).ShouldBe(total.Total.Operands[0], name),
                    () => holds.GetValueOrDefault(total.Right, total.Total.Operands[1]).ShouldBe(total.Total.Operands[1], name));
            }
        }
    }

    [Fact]
    public void Without_a_recurrent_product_nothing_of_the_kind_is_in_the_loop()
    {
        CellProgram program = CellProgram.Build(Cell.Parse("z = σ(W_z x + b_z)\nh = (1 - z) * h[t-1] + z * (W x)").Graph);
        Products(program.Forward.Before).ShouldBe([(2, 1)]);
        Products(program.Forward.Loop).ShouldBeEmpty();
        Products(program.Backward.Loop).ShouldBeEmpty();
    }

    [Fact]
    public void An_output_line_runs_once_behind_the_steps_and_its_gradient_once_before_them()
    {
        CellProgram program = CellProgram.Build(Cell.Parse("h = tanh(W x + U h[t-1])\ny = V h + c\noutput y").Graph);
        Products(program.Forward.Loop).ShouldBe([(1, 1)]);
        Products(program.Forward.After).ShouldBe([(1, 1)]);
        Products(program.Backward.Before).ShouldBe([(1, 1)]);
    }

    [Fact]
    public void A_concatenation_is_the_two_products_it_stands_for()
    {
        CellProgram joined = CellProgram.Build(Cell.Parse("h = tanh(W [h[t-1], x] + b)").Graph);
        Products(joined.Forward.Before).ShouldBe([(1, 1)]);
        Products(joined.Forward.Loop).ShouldBe([(1, 1)]);
    }

    [Fact]
    public void Tracing_keeps_every_signal_and_adds_no_stage()
    {
        foreach (string name in Cell.Names)
        {
            CellProgram plain = CellProgram.Build(Cell.Named(name).Graph);
            CellProgram traced = CellProgram.Build(Cell.Named(name).Graph, trace: true);
            traced.Traces.ShouldAllBe(place => place != null);
            (traced.Forward.Before.Count, traced.Forward.Loop.Count, traced.Forward.After.Count)
                .ShouldBe((plain.Forward.Before.Count, plain.Forward.Loop.Count, plain.Forward.After.Count), name);
        }
    }

    [Fact]
    public void A_program_can_be_read()
    {
        CellGraph gru = Cell.Named("gru").Graph;
        IReadOnlyList<string> lines = ProgramText.Describe(gru, CellProgram.Build(gru));
        lines.ShouldContain("  product  [W_r; W_z; W_n] × [x] + biases");
        lines.ShouldContain("  product  [U_n] × [r * h[t-1]] + what is there");
        lines.ShouldContain("kept for the backward pass: r, z, r * h[t-1], n");
    }

    // For each product stage, the number of results and of operands that were joined.
    private static IEnumerable<PointwiseStage> Kernels(PassPlan pass) => pass.Before.Concat(pass.Loop).Concat(pass.After).OfType<PointwiseStage>();

    private static HashSet<Place> Written(PassPlan pass) =>
    [
        .. Kernels(pass).SelectMany(kernel => kernel.Stores).Select(store => store.Place),
        .. pass.Before.Concat(pass.Loop).Concat(pass.After).OfType<ProductStage>().SelectMany(product => product.Results).Select(result => result.Place),
    ];

    // How many values of the backward pass lie where some of the forward pass did.
    private static int Overwrites(CellProgram program)
    {
        HashSet<Place> written = Written(program.Forward);
        return Kernels(program.Backward).SelectMany(kernel => kernel.Stores).Select(store => store.Place).Distinct().Count(written.Contains);
    }

    private static IEnumerable<(int Results, int Operands)> Products(IReadOnlyList<Stage> stages) =>
        stages.OfType<ProductStage>().Select(stage => (stage.Results.Count, stage.Operands.Count));
}
