using System.Globalization;
using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class GenerateAndEvaluateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;
    private readonly string model;

    public GenerateAndEvaluateTests()
    {
        model = Path.Combine(folder, "model.safetensors");
        using TextModel made = TextModel.Create(
            Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 9 }, CharacterVocabulary.Of("abcd .\n"), seed: 1, threads: 1);
        made.Save(model);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Evaluate_prints_the_figures_of_a_direct_evaluation()
    {
        string text = string.Concat(Enumerable.Repeat("abba. cad.\n", 30));
        TextEvaluation expected;
        using (TextModel opened = TextModel.Open(model, 1))
        {
            expected = TextEvaluation.Of(opened, opened.Vocabulary.Encode(text));
        }

        // Characters that the model never saw come between, and count for nothing.
        string file = Written("x" + text.Replace("cad", "cXaYd", StringComparison.Ordinal));
        (int code, string output, string error) = Run("", "evaluate", model, file, "--json");
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        json.GetProperty("nats").GetDouble().ShouldBe(expected.Loss);
        json.GetProperty("bits").GetDouble().ShouldBe(expected.Loss / Math.Log(2), 1e-12);
        json.GetProperty("perplexity").GetDouble().ShouldBe(Math.Exp(expected.Loss), 1e-12);
        json.GetProperty("characters").GetInt32().ShouldBe(391);
        json.GetProperty("predicted").GetInt32().ShouldBe(329);
        json.GetProperty("unknownCharacters").GetInt32().ShouldBe(61);
        json.GetProperty("unknown").EnumerateArray().Select(each => (each.GetProperty("character").GetString(), each.GetProperty("count").GetInt32()))
            .ShouldBe([("X", 30), ("Y", 30), ("x", 1)]);

        (code, output, _) = Run("", "evaluate", model, file);
        code.ShouldBe(0);
        output.ShouldContain(expected.Loss.ToString("0.0000", CultureInfo.InvariantCulture) + " nats");
        output.ShouldContain("61 characters that the model never saw were left out: 'X' U+0058, 'Y' U+0059, 'x' U+0078");
        output.ShouldContain("329 were predicted, in one stream");
    }

    [Fact]
    public void A_line_end_of_Windows_in_a_prompt_is_one_line_end() =>
        Run("", "generate", model, "--prompt", "ab\r\ncd", "--length", "20").ShouldBe(Run("", "generate", model, "--prompt", "ab\ncd", "--length", "20"));

    [Fact]
    public void Evaluate_says_what_bfloat16_weights_cost()
    {
        string text = string.Concat(Enumerable.Repeat("abba. cad.\n", 30));
        TextWeightRounding expected;
        using (TextModel opened = TextModel.Open(model, 1))
        {
            expected = TextWeightRounding.Of(opened, opened.Vocabulary.Encode(text));
        }

        (int code, string output, _) = Run("", "evaluate", model, Written(text), "--weights", "bfloat16", "--json");
        code.ShouldBe(0);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        json.GetProperty("nats").GetDouble().ShouldBe(expected.Float32.Loss);
        JsonElement rounded = json.GetProperty("bfloat16");
        rounded.GetProperty("nats").GetDouble().ShouldBe(expected.BFloat16.Loss);
        rounded.GetProperty("largestDifference").GetDouble().ShouldBe(expected.LargestDifference);
        expected.LargestDifference.ShouldBeGreaterThan(0);

        (code, output, _) = Run("", "evaluate", model, Written(text), "--weights", "bfloat16");
        code.ShouldBe(0);
        output.ShouldContain("bfloat16    " + expected.BFloat16.Loss.ToString("0.0000", CultureInfo.InvariantCulture) + " nats");
        output.ShouldContain("the largest of a character's score is " + expected.LargestDifference.ToString("0.0000", CultureInfo.InvariantCulture));
        Run("", "evaluate", model, Written(text)).Output.ShouldNotContain("bfloat16");
        Run("", "generate", model, "--length", "20", "--weights", "bfloat16").Code.ShouldBe(0);
        Refused("--weights", "evaluate", model, Written(text), "--weights", "float8");
    }

    [Fact]
    public void Evaluate_judges_each_file_by_itself_and_sums_them_up()
    {
        string texts = Directory.CreateDirectory(Path.Combine(folder, "texts")).FullName;
        string[] contents = [string.Concat(Enumerable.Repeat("abba. cad.\n", 30)), "dcbaX. ", "", "XY"];
        TextEvaluation[] expected;
        using (TextModel opened = TextModel.Open(model, 1))
        {
            expected = [.. contents.Take(2).Select(opened.Evaluate)];
        }

        for (int i = 0; i < contents.Length; i++)
        {
            File.WriteAllText(Path.Combine(texts, $"{i}.txt"), contents[i]);
        }

        (int code, string output, string error) = Run("", "evaluate", model, texts, Written("ab"), "--json", "--dynamic", "sgd");
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        JsonElement[] files = [.. json.GetProperty("byFile").EnumerateArray()];
        files.Select(file => Path.GetFileName(file.GetProperty("file").GetString())).ShouldBe(["0.txt", "1.txt", "2.txt", "3.txt", "text.txt"]);
        files[0].GetProperty("nats").GetDouble().ShouldBe(expected[0].Loss);
        files[1].GetProperty("nats").GetDouble().ShouldBe(expected[1].Loss);
        files[1].GetProperty("unknownCharacters").GetInt32().ShouldBe(1);
        files[2].GetProperty("predicted").GetInt32().ShouldBe(0);
        files[3].GetProperty("unknownCharacters").GetInt32().ShouldBe(2);
        long[] predicted = [.. files.Select(file => file.GetProperty("predicted").GetInt64())];
        predicted.ShouldBe([329, 5, 0, 0, 1]);
        double last = files[4].GetProperty("nats").GetDouble();
        json.GetProperty("nats").GetDouble().ShouldBe(((expected[0].Loss * 329) + (expected[1].Loss * 5) + last) / 335, 1e-12);
        json.GetProperty("dynamic").GetProperty("nats").GetDouble().ShouldBeLessThan(json.GetProperty("nats").GetDouble());

        (code, output, _) = Run("", "evaluate", model, texts, "--dynamic", "rms", "--statistics", Path.Combine(texts, "0.txt"));
        code.ShouldBe(0);
        output.ShouldContain("dynamic nats");
        output.ShouldContain("3 characters that the model never saw were left out: 'X' U+0058, 'Y' U+0059");
        output.ShouldContain("total");
    }

    [Fact]
    public void Evaluate_on_what_was_held_out_is_the_evaluation_of_the_last_tenth()
    {
        string text = string.Concat(Enumerable.Repeat("abba. cad.\n", 40));
        double expected;
        using (TextModel opened = TextModel.Open(model, 1))
        {
            expected = opened.Evaluate(text[396..]).Loss;
        }

        JsonElement json = JsonDocument.Parse(Run("", "evaluate", model, Written(text), "--held-out", "--json").Output).RootElement;
        json.GetProperty("characters").GetInt32().ShouldBe(44);
        json.GetProperty("nats").GetDouble().ShouldBe(expected);
    }

    [Fact]
    public void Evaluate_refuses_options_of_dynamic_evaluation_that_do_not_go_together()
    {
        string text = Written("abba");
        Refused("--dynamic takes sgd or rms, not 'adam'", "evaluate", model, text, "--dynamic", "adam");
        Refused("--dynamic-rate goes with --dynamic only", "evaluate", model, text, "--dynamic-rate", "0.1");
        Refused("--dynamic rms needs --statistics", "evaluate", model, text, "--dynamic", "rms");
        Refused("--statistics goes with --dynamic rms only", "evaluate", model, text, "--dynamic", "sgd", "--statistics", text);
        Refused("--dynamic-decay takes a share from 0 to 1", "evaluate", model, text, "--dynamic", "sgd", "--dynamic-decay", "2");
    }

    [Fact]
    public void Evaluate_answers_bad_input_in_one_sentence()
    {
        Refused("no file or folder", "evaluate", model, Path.Combine(folder, "nowhere.txt"));
        Refused("is not text", "evaluate", model, model);
        Refused("there is no text", "evaluate", model, Written(""));
        Refused("fewer than two characters", "evaluate", model, Written("a"));
        Refused("the model knows 1, and it takes two to predict one; it never saw 'x' U+0078, 'y' U+0079", "evaluate", model, Written("xay"));
        Refused("nowhere.safetensors", "evaluate", "nowhere.safetensors", Written("ab"));
        Refused("--streams takes", "evaluate", model, Written("ab"), "--streams", "0");
        Refused("Required argument", "evaluate", model);
        string cut = Path.Combine(folder, "cut.safetensors");
        File.WriteAllBytes(cut, File.ReadAllBytes(model)[..^40]);
        Refused("cut.safetensors", "evaluate", cut, Written("ab"));
    }

    [Fact]
    public void Generate_answers_bad_input_in_one_sentence()
    {
        Refused("--top-k takes a whole number", "generate", model, "--top-k", "0");
        Refused("--top-p takes a number above 0", "generate", model, "--top-p", "0");
        Refused("--top-p takes a share above 0 and at most 1", "generate", model, "--top-p", "1.5");
        Refused("--stop takes a text", "generate", model, "--stop", "");
        Refused("'x' U+0078", "generate", model, "--prompt", "x");
    }

    [Fact]
    public void Generate_stops_before_each_of_the_stop_texts()
    {
        string[] command = ["generate", model, "--length", "200", "--temperature", "1.5", "--seed", "6"];
        string whole = Run("", command).Output;
        whole.Length.ShouldBe(200 + Environment.NewLine.Length);
        string first = whole.Substring(50, 3);
        string second = whole.Substring(40, 3);
        int end = Math.Min(whole.IndexOf(first, StringComparison.Ordinal), whole.IndexOf(second, StringComparison.Ordinal));
        Run("", [.. command, "--stop", first, "--stop", second]).Output.ShouldBe(whole[..end] + Environment.NewLine);
        Run("", [.. command, "--top-k", "1"]).Output.ShouldBe(Run("", [.. command[..^4], "--temperature", "0"]).Output);
        Run("", [.. command, "--top-p", "0.5"]).Output.ShouldNotBe(whole);
    }

    [Fact]
    public void Generate_shows_the_probabilities_of_what_it_writes()
    {
        string[] command = ["generate", model, "--length", "60", "--temperature", "1.5", "--top-k", "3", "--seed", "6"];
        string whole = Run("", command).Output;
        (int code, string output, _) = Run("", [.. command, "--show-probabilities", "--json"]);
        code.ShouldBe(0);
        JsonElement[] choices = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        string.Concat(choices.Select(choice => choice.GetProperty("text").GetString())).ShouldBe(whole[..60]);
        Cellwright.Inspection.TextTrace trace;
        using (TextModel opened = TextModel.Open(model, 1))
        {
            trace = Cellwright.Inspection.TextTrace.Of(opened, "\n" + whole[..60]);
        }

        for (int i = 0; i < choices.Length; i++)
        {
            choices[i].GetProperty("probability").GetDouble().ShouldBe(Math.Pow(2, -trace.Surprise[i + 1]), 1e-6);
            JsonElement[] likeliest = [.. choices[i].GetProperty("likeliest").EnumerateArray()];
            likeliest.Select(each => each.GetProperty("probability").GetDouble()).ShouldBeInOrder(SortDirection.Descending);
            double[] free = [.. likeliest.Take(3).Select(each => Math.Pow(each.GetProperty("probability").GetDouble(), 1 / 1.5))];
            int place = Array.FindIndex(likeliest, each => each.GetProperty("text").GetString() == choices[i].GetProperty("text").GetString());
            place.ShouldBeInRange(0, 2, "only three may come");
            choices[i].GetProperty("drawn").GetDouble().ShouldBe(free[place] / free.Sum(), 1e-5);
        }

        string[] lines = Run("", [.. command, "--show-probabilities"]).Output.Split(Environment.NewLine);
        lines[0].ShouldStartWith("text    model   drawn   likeliest");
        lines.Length.ShouldBe(62);
        Refused("does not go with --stop", "generate", model, "--show-probabilities", "--stop", "a");
        Refused("does not go with --interactive", "generate", model, "--out", Path.Combine(folder, "x"), "--interactive");
        Refused("give --show-probabilities with it", "generate", model, "--json");
    }

    [Fact]
    public void A_model_of_bytes_is_trained_judged_and_used_on_files_of_anything()
    {
        string binary = Path.Combine(folder, "corpus.bin");
        File.WriteAllBytes(binary, [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i % 251))]);
        string made = Path.Combine(folder, "bytes.safetensors");
        Run("", "train", "text", binary, "--steps", "2", "--hidden", "8", "--embedding", "4", "--batch", "2", "--window", "8", "--out", made).Error.ShouldContain("train on bytes");
        (int code, string output, string error) = Run("", "train", "text", binary, "--bytes", "--steps", "2", "--hidden", "8", "--embedding", "4", "--batch", "2", "--window", "8", "--out", made);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("bytes       4,000 of 256 kinds: the first 3,600 for training, the last 400 for validation");
        output.ShouldContain("nats a byte");
        Run("", "evaluate", made, binary).Output.ShouldContain("nats a byte");
        string written = Path.Combine(folder, "written.bin");
        Run("", "generate", made, "--prompt", "é", "--length", "30", "--out", written).Code.ShouldBe(0);
        File.ReadAllBytes(written).Length.ShouldBe(32);
        Refused("--bytes reads files as they are", "train", "text", "--bytes");
    }

    [Fact]
    public void Interactive_lines_are_answered_in_turn_and_the_seed_repeats_the_session()
    {
        string[] command = ["generate", model, "--interactive", "--length", "25", "--temperature", "1.5", "--seed", "6"];
        (int code, string output, string error) = Run("ab\nzebra\ncd", command);
        code.ShouldBe(0);
        error.Trim().ShouldStartWith("the text has characters that the model never saw: 'e' U+0065, 'r' U+0072, 'z' U+007A");
        error.Trim().ShouldNotContain("\n");
        Run("ab\ncd\n", command).Output.ShouldBe(output);

        using TextModel opened = TextModel.Open(model, 1);
        using TextSession session = new(opened, "", new TextSampling { Temperature = 1.5 }, seed: 6);
        session.Read("ab\n");
        string expected = string.Concat(session.Write(25)) + Environment.NewLine;
        session.Read("cd\n");
        output.ShouldBe(expected + string.Concat(session.Write(25)) + Environment.NewLine);
        Run("", command).Output.ShouldBeEmpty();
    }

    private void Refused(string sentence, params string[] arguments)
    {
        (int code, string output, string error) = Run("", arguments);
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldContain(sentence);
        error.Trim().ShouldNotContain("\n");
    }

    private string Written(string text)
    {
        string file = Path.Combine(folder, "text.txt");
        File.WriteAllText(file, text);
        return file;
    }

    private static (int Code, string Output, string Error) Run(string input, params string[] arguments)
    {
        TextReader before = Console.In;
        Console.SetIn(new StringReader(input));
        try
        {
            StringWriter output = new();
            StringWriter error = new();
            int code = CommandLine.Run(arguments, output, error);
            return (code, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetIn(before);
        }
    }
}
