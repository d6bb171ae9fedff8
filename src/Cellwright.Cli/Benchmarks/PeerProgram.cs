using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Cellwright.Cli.Benchmarks;

/// <summary>How a peer is found and started: its driver is a small program that comes with the tool.</summary>
/// <param name="Name">The library.</param>
/// <param name="Driver">The driver's file.</param>
/// <param name="Commands">What may run the driver, tried in this order.</param>
/// <param name="Modes">What it can be measured at.</param>
/// <param name="Install">How to install it, in a few words.</param>
/// <param name="Build">The command that makes the driver runnable; empty for a script.</param>
/// <param name="Environment">The settings under which it is at its best, unless the caller has set them.</param>
internal sealed record PeerProgram(
    string Name,
    string Driver,
    IReadOnlyList<string[]> Commands,
    IReadOnlyList<BenchmarkMode> Modes,
    string Install,
    string[] Build,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Every peer there is a driver for.</summary>
    public static IReadOnlyList<PeerProgram> All { get; } =
    [
        new(
            "oneDNN",
            "onednn.cpp",
            [["./onednn"]],
            [BenchmarkMode.Train, BenchmarkMode.Infer, BenchmarkMode.Step],
            "apt-get install g++ libdnnl-dev",
            ["g++", "-O2", "-fopenmp", "-o", "onednn", "onednn.cpp", "-ldnnl"],
            new Dictionary<string, string>()),
        new(
            "PyTorch",
            "pytorch.py",
            // A version manager's python3 may stand before the system's, which has the system's packages.
            [["python3", "pytorch.py"], ["/usr/bin/python3", "pytorch.py"]],
            [BenchmarkMode.Train, BenchmarkMode.Infer, BenchmarkMode.Step],
            "apt-get install python3-torch libopenblas0",
            [],
            PyTorchEnvironment()),
        new(
            "ONNX Runtime",
            "onnxruntime.js",
            [["node", "onnxruntime.js"]],
            [BenchmarkMode.Infer, BenchmarkMode.Step],
            "npm install onnxruntime-node --ignore-scripts, in the folder where bench runs or one that NODE_PATH names",
            [],
            new Dictionary<string, string>()),
    ];

    /// <summary>Writes the driver into a folder, builds it where it has to be, and starts it there.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="reason">Why there is none, where there is none.</param>
    public Peer? Start(string folder, out string reason)
    {
        using (Stream driver = typeof(PeerProgram).Assembly.GetManifestResourceStream("drivers/" + Driver)!)
        using (FileStream file = File.Create(Path.Combine(folder, Driver)))
        {
            driver.CopyTo(file);
        }

        reason = Build.Length > 0 ? BuildFailure(folder) ?? string.Empty : string.Empty;
        if (reason.Length > 0)
        {
            return null;
        }

        foreach (string[] command in Commands)
        {
            try
            {
                Peer peer = new(this, Process.Start(StartInfo(command, folder))!);
                if (peer.Greeting is null)
                {
                    return peer;
                }

                reason = peer.Greeting;
                peer.Dispose();
            }
            catch (Win32Exception)
            {
                reason = reason.Length > 0 ? reason : $"there is no '{command[0]}'";
            }
        }

        return null;
    }

    private static Dictionary<string, string> PyTorchEnvironment()
    {
        // A second thread that spins between two small products costs more than one that sleeps.
        Dictionary<string, string> settings = new() { ["OMP_WAIT_POLICY"] = "PASSIVE" };
        if (Avx512F.IsSupported)
        {
            // OpenBLAS before 0.3.22 takes newer processors for a Haswell.
            settings["OPENBLAS_CORETYPE"] = "SKYLAKEX";
        }

        return settings;
    }

    private ProcessStartInfo StartInfo(string[] command, string folder)
    {
        string program = command[0].StartsWith("./", StringComparison.Ordinal) ? Path.Combine(folder, command[0][2..]) : command[0];
        ProcessStartInfo info = new(program, command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in Environment)
        {
            info.Environment.TryAdd(name, value);
        }

        // The driver lies in a folder of its own; packages lie where the tool was called.
        string packages = Path.Combine(Directory.GetCurrentDirectory(), "node_modules");
        info.Environment["NODE_PATH"] = info.Environment.TryGetValue("NODE_PATH", out string? path) && path is { Length: > 0 } ? packages + Path.PathSeparator + path : packages;
        return info;
    }

    private string? BuildFailure(string folder)
    {
        try
        {
            using Process build = Process.Start(StartInfo(Build, folder))!;
            build.StandardInput.Close();
            Task<string> output = build.StandardOutput.ReadToEndAsync();
            string error = build.StandardError.ReadToEnd();
            output.Wait();
            build.WaitForExit();
            string first = error.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? error.Split('\n')[0];
            return build.ExitCode == 0 ? null : first.Trim();
        }
        catch (Win32Exception)
        {
            return $"there is no '{Build[0]}'";
        }
    }
}
