using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Cellwright.Tests.Docs;

/// <summary>A block of C# on a page as the whole program of a new console project, compiled and run in a process of its own.</summary>
internal static class ExampleProgram
{
    // What a new console project imports by itself.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly string Runtime = $$"""
        { "runtimeOptions": { "tfm": "net10.0", "framework": { "name": "Microsoft.NETCore.App", "version": "{{Environment.Version}}" } } }
        """;

    /// <summary>Compiles a program against the libraries' public members and runs it in a folder.</summary>
    /// <returns>What it printed, and the errors of the compiler or the program; empty where there were none.</returns>
    public static (string Output, string Errors) Run(string program, string folder)
    {
        string[] libraries = [typeof(Cellwright.Graphs.Cell).Assembly.Location, typeof(Cellwright.Onnx.OnnxFormat).Assembly.Location];
        string assembly = Path.Combine(folder, "example.dll");
        CSharpCompilation compilation = CSharpCompilation.Create(
            "example",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(program)],
            [.. References(), .. libraries.Select(library => MetadataReference.CreateFromFile(library))],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release));
        string[] complaints =
        [
            .. compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString()),
        ];
        if (complaints.Length > 0)
        {
            return (string.Empty, string.Join('\n', complaints));
        }

        File.WriteAllText(Path.ChangeExtension(assembly, ".runtimeconfig.json"), Runtime);
        foreach (string needed in libraries.Append(typeof(System.Numerics.Tensors.TensorPrimitives).Assembly.Location).Append(typeof(Google.Protobuf.ByteString).Assembly.Location))
        {
            File.Copy(needed, Path.Combine(folder, Path.GetFileName(needed)), overwrite: true);
        }

        ProcessStartInfo start = new("dotnet", [assembly]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, process.ExitCode == 0 ? errors.Result : $"exit code {process.ExitCode}: {errors.Result}");
    }

    // The framework that the tests run on.
    private static IEnumerable<MetadataReference> References()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
