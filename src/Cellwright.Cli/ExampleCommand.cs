using System.CommandLine;

namespace Cellwright.Cli;

/// <summary>A command whose help ends with an example that can be pasted.</summary>
/// <param name="name">The word.</param>
/// <param name="description">What it does.</param>
/// <param name="example">A whole command line.</param>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    /// <summary>A whole command line.</summary>
    public string Example { get; } = example;
}
