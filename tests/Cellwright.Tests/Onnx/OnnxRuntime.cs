using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shouldly;

namespace Cellwright.Tests.Onnx;

/// <summary>
/// ONNX Runtime for Node.js, in the folder that CELLWRIGHT_ONNXRUNTIME names: many models in one process, since starting it
/// costs more than running them.
/// </summary>
internal sealed class OnnxRuntime
{
    public const string Variable = "CELLWRIGHT_ONNXRUNTIME";

    private readonly List<(byte[] Model, OnnxTensor[] Feeds, string[] Fetches)> jobs = [];

    /// <summary>Why it cannot be run; null where it can.</summary>
    public static string? Missing { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => $"{Variable} names no folder with onnxruntime-node",
        string folder when !Directory.Exists(Path.Combine(folder, "node_modules", "onnxruntime-node")) => $"there is no node_modules/onnxruntime-node in the folder that {Variable} names",
        _ => null,
    };

    /// <summary>Adds a model to be run.</summary>
    /// <returns>Its place among the results of <see cref="Run"/>.</returns>
    public int Add(byte[] model, IEnumerable<OnnxTensor> feeds, params string[] fetches)
    {
        jobs.Add((model, [.. feeds], fetches));
        return jobs.Count - 1;
    }

    /// <summary>Runs all models: of each the outputs by name, or what ONNX Runtime said against it.</summary>
    public IReadOnlyList<(IReadOnlyDictionary<string, OnnxTensor> Outputs, string? Error)> Run()
    {
        string folder = Directory.CreateTempSubdirectory("cellwright-onnx").FullName;
        try
        {
            Job[] written = [.. jobs.Select((job, i) =>
            {
                string path = Path.Combine(folder, $"{i}.onnx");
                File.WriteAllBytes(path, job.Model);
                return new Job(path, job.Feeds, job.Fetches, Path.Combine(folder, $"{i}.json"));
            })];
            string list = Path.Combine(folder, "jobs.json");
            File.WriteAllText(list, JsonSerializer.Serialize(written));
            Start(list);
            return [.. written.Select(job =>
            {
                Result result = JsonSerializer.Deserialize<Result>(File.ReadAllText(job.ResultPath))!;
                return ((IReadOnlyDictionary<string, OnnxTensor>)(result.Outputs ?? []).ToDictionary(tensor => tensor.Name), result.Error);
            })];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Start(string list)
    {
        ProcessStartInfo start = new("node") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Fixtures", "onnx-runtime.cjs"));
        start.ArgumentList.Add(list);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, output.Result + errors);
    }

    private sealed record Job(
        [property: JsonPropertyName("model")] string Model,
        [property: JsonPropertyName("feeds")] OnnxTensor[] Feeds,
        [property: JsonPropertyName("fetches")] string[] Fetches,
        [property: JsonPropertyName("result")] string ResultPath);

    private sealed record Result(
        [property: JsonPropertyName("outputs")] OnnxTensor[]? Outputs,
        [property: JsonPropertyName("error")] string? Error);
}
