using Xunit;

namespace Cellwright.Tests.Tasks.Series;

/// <summary>A test that reads the larger data; skipped, saying so, where no folder of it is named.</summary>
public sealed class DataFactAttribute : FactAttribute
{
    public const string Variable = "CELLWRIGHT_DATA";

    public DataFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            Skip = $"reads files of the folder that {Variable} names, which is unset";
        }
    }
}
