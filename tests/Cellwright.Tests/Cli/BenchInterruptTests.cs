using System.Diagnostics;
using System.Globalization;
using Cellwright.Cli;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class BenchInterruptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Measurements_that_are_stopped_leave_no_folder_behind()
    {
        string[] arguments = ["bench", "--cell", "elman", "--mode", "step", "--no-peers"];
        ProcessStartInfo start = new("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["TMPDIR"] = folder;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource tooLong = new(TimeSpan.FromMinutes(2));
        try
        {
            // The first line comes when the folder is there and every case is still to be measured.
            (await process.StandardOutput.ReadLineAsync(tooLong.Token)).ShouldNotBeNull();
            Left().ShouldHaveSingleItem();

            // A request to end takes the same path as Ctrl-C, which a shell without job control keeps from what it starts.
            using (Process signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await signal.WaitForExitAsync(tooLong.Token);
            }

            await process.WaitForExitAsync(tooLong.Token);
            process.ExitCode.ShouldBe(CommandLine.Interrupted);
            Left().ShouldBeEmpty();
        }
        finally
        {
            process.Kill();
        }
    }

    private string[] Left() => Directory.GetDirectories(folder, "cellwright-bench-*");
}
