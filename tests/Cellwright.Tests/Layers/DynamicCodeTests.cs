using System.Runtime.CompilerServices;
using Cellwright.Kernels;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

[Trait("Category", "SameBits")]
public sealed class DynamicCodeTests
{
    // CI runs this category once more with the switch off, and says so; else the run would prove nothing.
    [Fact]
    public void Code_is_made_at_run_time_exactly_where_the_platform_allows_it()
    {
        bool isOff = Environment.GetEnvironmentVariable("CELLWRIGHT_TEST_DYNAMIC_CODE") == "off";
        RuntimeFeature.IsDynamicCodeSupported.ShouldBe(!isOff);
        if (isOff)
        {
            VectorWidth.Current.ShouldBe(VectorWidth.Portable);
        }
    }
}
