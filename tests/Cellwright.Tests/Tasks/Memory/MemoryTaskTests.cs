using Cellwright.Randomness;
using Cellwright.Tasks.Memory;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Memory;

/// <summary>Each generator against the definition in its paper.</summary>
public sealed class MemoryTaskTests
{
    public static TheoryData<string> Names => [.. MemoryTask.All.Select(task => task.Name)];

    [Fact]
    public void Adding_marks_one_number_in_each_half_and_asks_for_the_sum() => Cases("adding", 4, 70, (length, drawn) =>
    {
        drawn.Steps.ShouldBe(length);
        int[] marked = [.. Enumerable.Range(0, length).Where(step => drawn.Input(step, 1) == 1f)];
        marked.Length.ShouldBe(2);
        marked[0].ShouldBeLessThan(length / 2);
        marked[1].ShouldBeGreaterThanOrEqualTo(length / 2);
        for (int step = 0; step < length; step++)
        {
            drawn.Input(step, 0).ShouldBeInRange(0f, 1f);
            float.IsNaN(drawn.Value(step)).ShouldBe(step < length - 1);
        }

        drawn.Value(length - 1).ShouldBe(drawn.Input(marked[0], 0) + drawn.Input(marked[1], 0));
    });

    [Fact]
    public void Always_saying_1_in_the_adding_problem_errs_by_a_sixth()
    {
        AddingTask task = new(4);
        MemoryBatch batch = new(task, 20_000);
        batch.Fill(new RandomStream(3, "baseline"), 0);
        double error = Enumerable.Range(0, batch.Sequences).Average(lane => Math.Pow(batch.Values[(3 * batch.Sequences) + lane] - 1, 2));

        // The standard deviation of such a mean is 0.0014: the fourth moment of the sum is 1/15.
        error.ShouldBe(task.Baseline, 0.006);
    }

    [Fact]
    public void Copy_asks_for_the_ten_symbols_in_the_ten_last_steps() => Cases("copy", 1, 40, (length, drawn) =>
    {
        const string Alphabet = "01234567_!";
        string read = drawn.Spelled(Alphabet);
        read.Length.ShouldBe(length + 20);
        read[..10].ShouldAllBe(symbol => char.IsAsciiDigit(symbol));
        read[10..].ShouldBe(new string('_', length - 1) + "!" + new string('_', 10));
        string asked = string.Concat(Enumerable.Range(0, read.Length).Select(step => Alphabet[drawn.Class(step)]));
        asked.ShouldBe(new string('_', length + 10) + read[..10]);
        for (int step = 0; step < read.Length; step++)
        {
            drawn.Allowed(step, Alphabet).ShouldBe(step < length + 10 ? "" : asked[step].ToString());
        }
    });

    [Fact]
    public void Temporal_order_has_its_two_symbols_where_the_paper_has_them() => Cases("order", 10, 150, (length, drawn) =>
    {
        string read = drawn.Spelled("abcdXYEB");
        read.Length.ShouldBeInRange(length, length + (length / 10));
        read[0].ShouldBe('E');
        read[^1].ShouldBe('B');
        int[] places = [.. Enumerable.Range(1, read.Length - 2).Where(step => read[step] is 'X' or 'Y')];
        places.Length.ShouldBe(2);
        places[0].ShouldBeInRange(length / 10, length / 5);
        places[1].ShouldBeInRange(length / 2, 3 * length / 5);
        read[1..^1].ShouldAllBe(symbol => "abcdXY".Contains(symbol));
        string[] classes = ["XX", "XY", "YX", "YY"];
        classes[drawn.Class(read.Length - 1)].ShouldBe($"{read[places[0]]}{read[places[1]]}");
        Enumerable.Range(0, read.Length - 1).ShouldAllBe(step => drawn.Class(step) == -1);
    });

    [Fact]
    public void Noise_follows_three_numbers_of_the_sign_that_is_asked_for() => Cases("noisy", 4, 150, (length, drawn) =>
    {
        drawn.Steps.ShouldBeInRange(length, length + (length / 10));
        float sign = drawn.Class(drawn.Steps - 1) == 0 ? 1f : -1f;
        Enumerable.Range(0, 3).ShouldAllBe(step => drawn.Input(step, 0) == sign);
        Enumerable.Range(3, drawn.Steps - 3).ShouldAllBe(step => Math.Abs(drawn.Input(step, 0)) < 5f && drawn.Input(step, 0) != sign);
        Enumerable.Range(0, drawn.Steps - 1).ShouldAllBe(step => drawn.Class(step) == -1);
    });

    [Fact]
    public void The_noise_has_a_variance_of_a_fifth()
    {
        NoisyLagTask task = new(1000);
        MemoryBatch batch = new(task, 20);
        batch.Fill(new RandomStream(5, "noise"), 0);
        double[] noise = [.. Enumerable.Range(3 * 20, 900 * 20).Select(at => (double)batch.Inputs[at])];
        noise.Average().ShouldBe(0, 0.02);
        noise.Average(value => value * value).ShouldBe(0.2, 0.01);
    }

    [Fact]
    public void Counting_asks_for_what_may_come_next() => Cases("anbncn", 1, 30, (length, drawn) =>
    {
        string read = drawn.Spelled("!abc");
        int n = read.Count(symbol => symbol == 'a');
        n.ShouldBeInRange(1, length);
        read.ShouldBe("!" + new string('a', n) + new string('b', n) + new string('c', n));
        for (int step = 0; step < read.Length; step++)
        {
            string next = read[step] == 'a' ? "ab" : step == read.Length - 1 ? "." : read[step + 1].ToString();
            drawn.Allowed(step, "abc.").ShouldBe(next);
            string.Concat("abc.".Where((_, place) => drawn.Value(step, place) == 1f)).ShouldBe(next);
        }
    });

    [Fact]
    public void Embedded_Reber_strings_are_those_of_the_grammar_with_what_may_come_at_each_step() => Cases("reber", 9, 60, (length, drawn) =>
    {
        const string Alphabet = "BTPSXVE";
        string read = drawn.Spelled(Alphabet);
        read.Length.ShouldBeLessThan(length);
        ReberAutomaton automaton = new();
        for (int step = 0; step < read.Length; step++)
        {
            automaton.Read(read[step]).ShouldBeTrue(read);
            string asked = Alphabet[drawn.Class(step)].ToString();
            string.Concat(drawn.Allowed(step, Alphabet).Order()).ShouldBe(string.Concat(automaton.MayCome.Order()), read[..(step + 1)]);
            drawn.Allowed(step, Alphabet).ShouldContain(asked);
            asked.ShouldBe(step < read.Length - 1 ? read[step + 1].ToString() : "E");
        }

        automaton.Read('E').ShouldBeTrue();
        automaton.IsAtEnd.ShouldBeTrue();
    });

    [Fact]
    public void Short_Reber_strings_are_all_there()
    {
        EmbeddedReberTask task = new(10);
        string[] found = [.. Enumerable.Range(1, 400).Select(number => new DrawnSequence(task, 1, (ulong)number).Spelled("BTPSXVE")).Distinct().Order()];

        // Inner strings are TXSE and PVVE behind their B, and with one symbol more these three.
        found.ShouldBe([.. new[] { "TXSE", "PVVE", "TSXSE", "PTVVE", "PVPSE" }.SelectMany(inner => new[] { $"BTB{inner}T", $"BPB{inner}P" }).Order()]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sequence_is_the_same_in_any_batch(string name)
    {
        IMemoryTask task = MemoryTask.Named(name).Create(12);
        MemoryBatch together = new(task, 5);
        together.Fill(new RandomStream(9, "same"), 40);
        for (int lane = 0; lane < 5; lane++)
        {
            MemoryBatch alone = new(task, 1);
            alone.Fill(new RandomStream(9, "same"), 40 + (ulong)lane);
            alone.Lengths[0].ShouldBe(together.Lengths[lane]);
            for (int step = 0; step < alone.Steps; step++)
            {
                Row(alone.Inputs, task.InputWidth, step, 0, 1).ShouldBe(Row(together.Inputs, task.InputWidth, step, lane, 5));
                Row(alone.Values, task.Targets == MemoryTargets.Classes ? 0 : task.OutputWidth, step, 0, 1).ShouldBe(Row(together.Values, task.Targets == MemoryTargets.Classes ? 0 : task.OutputWidth, step, lane, 5));
                Row(alone.Classes, task.Targets == MemoryTargets.Classes ? 1 : 0, step, 0, 1).ShouldBe(Row(together.Classes, task.Targets == MemoryTargets.Classes ? 1 : 0, step, lane, 5));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_seeds_purposes_and_numbers_give_other_sequences(string name)
    {
        IMemoryTask task = MemoryTask.Named(name).Create(30);
        float[] Inputs(ulong seed, string purpose, ulong first)
        {
            MemoryBatch batch = new(task, 16);
            batch.Fill(new RandomStream(seed, purpose), first);
            return batch.Inputs.ToArray();
        }

        float[] one = Inputs(1, "training", 0);
        Inputs(2, "training", 0).ShouldNotBe(one);
        Inputs(1, "test", 0).ShouldNotBe(one);
        Inputs(1, "training", 16).ShouldNotBe(one);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_length_outside_the_task_s_is_refused_with_its_bounds(string name)
    {
        MemoryTask task = MemoryTask.Named(name);
        task.Create(task.LeastLength).MostSteps.ShouldBePositive();
        foreach (int length in new[] { task.LeastLength - 1, task.MostLength + 1 })
        {
            Should.Throw<ArgumentException>(() => task.Create(length)).Message.ShouldContain($"a length of {task.LeastLength} to {task.MostLength} ({task.Counts}), not {length}");
        }
    }

    [Fact]
    public void An_unknown_task_is_refused_with_those_there_are() =>
        Should.Throw<ArgumentException>(() => MemoryTask.Named("addition")).Message.ShouldStartWith("there is no memory task 'addition'; there are adding, copy, order, reber, anbncn, noisy");

    private static T[] Row<T>(ReadOnlySpan<T> values, int width, int step, int lane, int lanes) => values.Slice(((step * lanes) + lane) * width, width).ToArray();

    private static void Cases(string name, int least, int most, Action<int, DrawnSequence> property) => Prop.ForAll(
        Gen.Choose(least, most).ToArbitrary(),
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        Gen.Choose(1, int.MaxValue).ToArbitrary(),
        (length, seed, number) => property(length, new DrawnSequence(MemoryTask.Named(name).Create(length), (ulong)seed, (ulong)number))).QuickCheckThrowOnFailure();
}
