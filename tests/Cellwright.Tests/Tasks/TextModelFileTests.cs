using Cellwright.Files;
using Cellwright.Tasks;
using Shouldly;
using Xunit;
using static Cellwright.Tests.Tasks.SmallTextModels;

namespace Cellwright.Tests.Tasks;

/// <summary>What a text model's file holds, and what is refused in one.</summary>
public sealed class TextModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_saved_model_is_read_again_bit_by_bit()
    {
        (TextModel model, int[] symbols) = Create("lstm", threads: 1);
        string path = Path.Combine(folder, "model.safetensors");
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(3);
            model.Save(path);
            using TextModel read = TextModel.Open(path, threads: 2);
            read.Vocabulary.Text.ShouldBe(model.Vocabulary.Text);
            read.Sizes.ShouldBe(model.Sizes, ignoreOrder: true);
            read.Design.Cells[0].Text.ShouldBe(model.Design.Cells[0].Text);
            TextEvaluation.Of(read, symbols).Loss.ShouldBe(TextEvaluation.Of(model, symbols).Loss);
            new TextGenerator(read).Continue("the ", 60, 0.9, seed: 5).ShouldBe(new TextGenerator(model).Continue("the ", 60, 0.9, seed: 5));
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.Contains("embedding").ShouldBeTrue();
        file.Contains("head.W").ShouldBeTrue();
        file.Contains("head.b").ShouldBeTrue();
        file.Tensors.Count(tensor => tensor.Name.StartsWith("layer0.", StringComparison.Ordinal)).ShouldBe(model.Layers.Parameters.Count);
    }

    [Fact]
    public void A_model_of_several_layers_is_read_again_with_all_that_it_is_made_of()
    {
        (TextModel model, int[] symbols) = Create(Everything, threads: 1);
        string path = Path.Combine(folder, "model.safetensors");
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(3);
            model.Save(path);
            using TextModel read = TextModel.Open(path, threads: 2);
            read.Design.Cells.Select(cell => cell.Text).ShouldBe(Everything.Cells.Select(cell => cell.Text));
            read.Design.Residual.ShouldBeTrue();
            read.Design.Tied.ShouldBeTrue();
            read.Design.Regularization.Zoneout.ShouldBe(Everything.Regularization.Zoneout, ignoreOrder: true);
            TextEvaluation.Of(read, symbols).Loss.ShouldBe(TextEvaluation.Of(model, symbols).Loss);
            string again = Path.Combine(folder, "again.safetensors");
            read.Save(again);
            File.ReadAllBytes(again).ShouldBe(File.ReadAllBytes(path));
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.Contains("layer0.W_z").ShouldBeTrue();
        file.Contains("layer1.U_f").ShouldBeTrue();
        file.Contains("head.W").ShouldBeFalse();
        file.Contains("head.b").ShouldBeTrue();
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.layers", "3"), 1)).Message.ShouldContain("cellwright.layer2.cell");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.layers", "1"), 1)).Message.ShouldContain("no layer has a state 'c'");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.layers", "0"), 1)).Message.ShouldContain("number of layers from 1");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.tied", "false"), 1)).Message.ShouldContain("head.W");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.tied", "yes"), 1)).Message.ShouldContain("true or false");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.regularization", """{"Dropout":1.5}"""), 1)).Message.ShouldContain("less than 1");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.regularization", """{"Zoneout":null}"""), 1)).Message.ShouldContain("cellwright.regularization");
        Should.Throw<InvalidFileException>(() => TextModel.Open(Path.Combine(folder, "none"), 1)).Message.ShouldContain("there is no such file");
    }

    [Fact]
    public void A_file_of_the_first_version_is_read()
    {
        (TextModel model, int[] symbols) = Create("gru", threads: 1);
        using (model)
        {
            string path = Path.Combine(folder, "model.safetensors");
            SafetensorsWriter writer = new();
            model.AddTo(writer);
            foreach (string key in (string[])["cellwright.layers", "cellwright.residual", "cellwright.tied", "cellwright.regularization", "cellwright.layer0.cell", "cellwright.layer0.name"])
            {
                writer.Metadata.Remove(key).ShouldBeTrue();
            }

            writer.Metadata["cellwright.version"] = "1";
            writer.Metadata["cellwright.cell"] = model.Design.Cells[0].Text;
            writer.Metadata["cellwright.name"] = "gru";
            writer.Save(path);
            using TextModel read = TextModel.Open(path, threads: 1);
            TextEvaluation.Of(read, symbols).Loss.ShouldBe(TextEvaluation.Of(model, symbols).Loss);
        }
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_in_one_sentence()
    {
        string tensors = Path.Combine(folder, "tensors.safetensors");
        SafetensorsWriter writer = new();
        writer.Add("x", [2], new float[2]);
        writer.Save(tensors);
        Should.Throw<InvalidFileException>(() => TextModel.Open(tensors, 1)).Message.ShouldContain("no text model");

        (TextModel model, _) = Create("elman", threads: 1);
        using (model)
        {
            string path = Path.Combine(folder, "model.safetensors");
            model.Save(path);
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.sizes", """{"hidden":2000000000,"input":6}"""), 1)).Message.ShouldContain("'hidden' is 2000000000");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.sizes", """{"hidden":18,"input":6}"""), 1)).Message.ShouldContain("was expected");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.sizes", "many"), 1)).Message.ShouldContain("cellwright.sizes");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.vocabulary", ""), 1)).Message.ShouldContain("vocabulary");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.vocabulary", "ab"), 1)).Message.ShouldContain("'embedding'");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.version", "99"), 1)).Message.ShouldContain("version '99'");
        }
    }

    private string Altered(string path, string key, string value)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        SafetensorsWriter writer = new();
        foreach ((string name, string text) in file.Metadata)
        {
            writer.Metadata[name] = name == key ? value : text;
        }

        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            writer.Add(tensor.Name, [.. tensor.Shape], file.ReadSingles(tensor.Name));
        }

        string altered = Path.Combine(folder, "altered.safetensors");
        writer.Save(altered);
        return altered;
    }
}
