using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Cellwright.Cli;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

/// <summary>What a user can get wrong: one sentence that says what and what to do, exit code 2, and nothing lost.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly string[] Small = ["--cell", "elman", "--hidden", "64", "--embedding", "16", "--batch", "2", "--window", "8", "--steps", "5", "--threads", "1"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_empty_corpus() =>
        Refused($"there is no text in '{Written("empty.txt", "")}'; give a file or folder of UTF-8 text", Train(folder["empty.txt"]));

    [Fact]
    public void An_empty_folder()
    {
        string empty = Directory.CreateDirectory(folder["empty"]).FullName;
        Refused($"there is no text in '{empty}'; give a file or folder of UTF-8 text", Train(empty));
    }

    [Fact]
    public void A_binary_file() =>
        Refused($"'{Written("binary.txt", "ab\0cd")}' is not text: it has a zero byte at offset 2; leave it out, convert it to UTF-8, or train on bytes", Train(folder["binary.txt"]));

    [Fact]
    public void A_text_with_an_invalid_encoding()
    {
        File.WriteAllBytes(folder["latin.txt"], Encoding.Latin1.GetBytes("caf\u00e9 au lait"));
        Refused($"'{folder["latin.txt"]}' is not UTF-8 text: the bytes at offset 3 are no character; convert it to UTF-8, for example with iconv, or train on bytes", Train(folder["latin.txt"]));
    }

    [Fact]
    public void A_corpus_that_is_not_there() => Refused($"there is no file or folder '{folder["gone.txt"]}'", Train(folder["gone.txt"]));

    [Fact]
    public void A_batch_that_is_longer_than_the_corpus() =>
        Refused(
            "the training part has 9 characters, fewer than one batch of 2 windows of 8; give a longer text, or a smaller --batch or --window",
            Train(Written("short.txt", "ten chars!")));

    [Theory]
    [InlineData("lsmt", "there is no cell `lsmt` in the zoo; did you mean `lstm`? ('cellwright cells' lists all)")]
    [InlineData("peephole", "there is no cell `peephole` in the zoo; did you mean `lstm-peephole` or `lstm-peephole-full`? ('cellwright cells' lists all)")]
    public void An_unknown_cell(string cell, string sentence) => Refused(sentence, "train", "text", Corpus(), "--cell", cell, "--out", folder["model.safetensors"]);

    [Fact]
    public void A_folder_for_a_cell()
    {
        string cells = Directory.CreateDirectory(folder["cells"]).FullName;
        Refused($"'{cells}' is a folder; give a path to a .cell, .tex or .txt file, or a name from 'cellwright cells'", "cell", "show", cells);
    }

    [Theory]
    [InlineData("--hidden takes a whole number from 1 to 65536, not '0'; 'cellwright train text --help' shows how it is used", "--hidden", "0")]
    [InlineData("--embedding takes a whole number from 1 to 65536, not '-1'; 'cellwright train text --help' shows how it is used", "--embedding", "-1")]
    [InlineData("there is no option '--hiden'; 'cellwright train text --help' shows how it is used", "--hiden", "64")]
    public void An_option_without_meaning(string sentence, params string[] options) => Refused(sentence, ["train", "text", Corpus(), "--out", folder["model.safetensors"], .. options]);

    [Theory]
    [InlineData("generate")]
    [InlineData("evaluate")]
    public void A_model_that_is_not_there(string command) => Refused($"{folder["gone.safetensors"]}: there is no such file; give a model that 'train text' wrote", Use(command, folder["gone.safetensors"]));

    [Theory]
    [InlineData("generate")]
    [InlineData("evaluate")]
    public void A_folder_for_a_model(string command) => Refused($"{folder.Path}: it is a folder; give the file of a model that 'train text' wrote", Use(command, folder.Path));

    [Fact]
    public void A_text_for_a_model() =>
        Refused($"{Corpus()}: its first eight bytes claim a header of 8245929428646063727 bytes, above the limit of 100000000; it is not a safetensors file.", Use("generate", Corpus()));

    [Fact]
    public void A_model_of_another_kind()
    {
        SafetensorsWriter writer = new();
        writer.Add("W", [1], new float[] { 1 });
        writer.Save(folder["tensors.safetensors"]);
        Refused($"{folder["tensors.safetensors"]}: it holds tensors but no text model; give a file that 'train text' wrote", Use("generate", folder["tensors.safetensors"]));
    }

    [Fact]
    public void A_model_cut_short()
    {
        byte[] bytes = File.ReadAllBytes(Model());
        string cut = folder["cut.safetensors"];
        File.WriteAllBytes(cut, bytes[..^40]);
        Refused($"""{cut}: the tensor "layer0.b" claims the bytes 1868 to 1932 of a data section of 1892; it is cut short or damaged.""", Use("generate", cut));
        File.WriteAllBytes(cut, bytes[..100]);
        Refused($"{cut}: its first eight bytes claim a header of {HeaderLength(bytes)} bytes where 92 follow; it is cut short or not a safetensors file.", Use("generate", cut));
        File.WriteAllBytes(cut, bytes[..5]);
        Refused($"{cut}: it has 5 bytes, fewer than the eight a safetensors file begins with.", Use("generate", cut));
    }

    [Fact]
    public void A_model_with_a_wrong_length_in_its_header()
    {
        byte[] bytes = File.ReadAllBytes(Model());
        string wrong = folder["wrong.safetensors"];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 1UL << 62);
        File.WriteAllBytes(wrong, bytes);
        Refused($"{wrong}: its first eight bytes claim a header of {1UL << 62} bytes, above the limit of 100000000; it is not a safetensors file.", Use("generate", wrong));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 16);
        File.WriteAllBytes(wrong, bytes);
        Refused($"{wrong}: the header is not valid JSON (line 1, byte 17); it is damaged or not a safetensors file.", Use("generate", wrong));
    }

    [Fact]
    public void A_file_that_cannot_be_written()
    {
        Refused($"'{folder.Path}' is a folder; give the name of the file to write", [.. Train(Corpus())[..^1], folder.Path]);
        Refused($"there is no folder '{folder["gone"]}' to write 'model' to; make it first", [.. Train(Corpus())[..^1], Path.Combine(folder["gone"], "model")]);
        Refused($"'{Corpus()}' is a file, and a run needs a folder; give --run another name", [.. Train(Corpus()), "--run", Corpus()]);
    }

    [Fact]
    public void A_resume_of_what_is_no_run()
    {
        Refused($"{folder["gone"]}: there is no such folder; a run that can be resumed was expected", "train", "text", "--resume", folder["gone"]);
        Refused($"{Corpus()}: it is a file; the folder of a run was expected", "train", "text", "--resume", Corpus());
        Refused($"{folder.Path}: there is no run to resume in this folder: it has no config.json, which is written once the number of steps is known", "train", "text", "--resume", folder.Path);
    }

    [Fact]
    public void A_resume_with_another_corpus()
    {
        string corpus = Corpus();
        CommandLine.Run(Train(corpus), TextWriter.Null, TextWriter.Null).ShouldBe(0);
        RunFolder run = new(folder["model.run"]);
        byte[] checkpoint = File.ReadAllBytes(run.Last);
        string text = File.ReadAllText(corpus);
        string[] resume = ["train", "text", "--resume", run.Path];
        File.WriteAllText(corpus, text + "!");
        Refused($"the corpus file '{corpus}' has changed since this run began: it had {text.Length} bytes and now has {text.Length + 1}; put it back, or start a new run", resume);
        File.WriteAllText(corpus, text.Replace('a', 'o'));
        Refused($"the corpus file '{corpus}' has changed since this run began; put it back, or start a new run", resume);
        File.Delete(corpus);
        Refused($"the corpus file '{corpus}' of this run is gone; put it back, or start a new run", resume);
        Refused("--resume reads the corpus that the run began with; give no other", [.. resume, Written("other.txt", text)]);
        File.ReadAllBytes(run.Last).ShouldBe(checkpoint);
    }

    // A limit on the length of files stops a write midway, as a full disk does, and anyone may set it. The runtime maps
    // its code through a file of its own unless told not to, which the limit would stop too.
    [Fact]
    public void A_disk_that_is_full_while_saving()
    {
        string corpus = Corpus();
        string[] arguments = Train(corpus);
        CommandLine.Run(arguments, TextWriter.Null, TextWriter.Null).ShouldBe(0);
        byte[] model = File.ReadAllBytes(folder["model.safetensors"]);
        string[] before = Files(folder["model.run"]);

        // Not even the first checkpoint fits.
        string fresh = folder["fresh.run"];
        (int code, string error) = Limited(kilobytes: 20, [.. arguments, "--run", fresh]);
        const string reason = "is longer than its file system, or the limit of this process (ulimit -f), allows";
        string last = new RunFolder(fresh).Last;
        error.ShouldBe($"the checkpoint could not be written to '{last}' at step 0 ({last} {reason}); nothing of the run is kept; make room, or give it another folder, and begin again");
        code.ShouldBe(2);
        Directory.EnumerateFiles(fresh, "*.tmp", new EnumerationOptions { AttributesToSkip = 0 }).ShouldBeEmpty();
        File.ReadAllBytes(folder["model.safetensors"]).ShouldBe(model);
        Files(folder["model.run"]).ShouldBe(before);

        // The run has ended and only the model is left to write: the old one stays, and the new one is not lost.
        (code, error) = Limited(kilobytes: 20, ["train", "text", "--resume", folder["model.run"]]);
        error.ShouldBe(
            $"the model could not be written: {folder["model.safetensors"]} {reason}; it is kept in '{folder["model.run"]}', and 'cellwright train text --resume {folder["model.run"]}' writes it once there is room");
        code.ShouldBe(2);
        File.ReadAllBytes(folder["model.safetensors"]).ShouldBe(model);
        Files(folder["model.run"]).ShouldBe(before);
        Directory.GetFiles(folder.Path).ShouldBe([corpus, folder["model.safetensors"]], ignoreOrder: true);
        File.Delete(folder["model.safetensors"]);
        CommandLine.Run(["train", "text", "--resume", folder["model.run"]], TextWriter.Null, TextWriter.Null).ShouldBe(0);
        File.ReadAllBytes(folder["model.safetensors"]).ShouldBe(model);
    }

    [Fact]
    public void A_device_for_a_file()
    {
        if (!OperatingSystem.IsWindows())
        {
            Refused("'/dev/cellwright' is a device; give the name of the file to write", [.. Train(Corpus())[..^1], "/dev/cellwright"]);
        }
    }

    private static string[] Files(string run) => [.. Directory.EnumerateFiles(run).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {ContentHash.OfFile(file)}")];

    private static ulong HeaderLength(byte[] model) => BinaryPrimitives.ReadUInt64LittleEndian(model);

    private static (int Code, string Error) Limited(int kilobytes, string[] arguments)
    {
        string[] command = ["-c", $"ulimit -f {kilobytes}; exec dotnet \"$0\" \"$@\"", typeof(CommandLine).Assembly.Location, .. arguments];
        ProcessStartInfo start = new("bash", command) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Trim());
    }

    // Nothing may be written where the input is bad, nor anything that is there change.
    private void Refused(string sentence, params string[] arguments)
    {
        string[] before = Directory.GetFileSystemEntries(folder.Path);
        StringWriter output = new();
        StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error);
        error.ToString().ShouldBe(sentence + Environment.NewLine);
        code.ShouldBe(2);
        output.ToString().ShouldBeEmpty();
        Directory.GetFileSystemEntries(folder.Path).ShouldBe(before, ignoreOrder: true);
    }

    private string[] Train(string corpus) => ["train", "text", corpus, .. Small, "--out", folder["model.safetensors"]];

    private string[] Use(string command, string model) => command == "evaluate" ? [command, model, Corpus()] : [command, model];

    private string Corpus() => Written("corpus.txt", string.Concat(Enumerable.Repeat("once more unto the breach, dear friends, once more\n", 20)));

    private string Model()
    {
        using TextModel model = TextModel.Create(Cell.Named("elman"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 16 }, CharacterVocabulary.Of("abcd .\n"), seed: 1, threads: 1);
        model.Save(folder["model.safetensors"]);
        return folder["model.safetensors"];
    }

    private string Written(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return folder[name];
    }
}
