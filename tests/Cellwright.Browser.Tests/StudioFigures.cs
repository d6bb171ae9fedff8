using System.Globalization;
using System.Text.Json;
using Cellwright.Studio;
using Microsoft.Playwright;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Cellwright.Browser.Tests;

/// <summary>How large and how fast the page is. Times are printed, not asserted: they are the machine's.</summary>
public sealed class StudioFigures(StudioPage studio, ITestOutputHelper output) : IClassFixture<StudioPage>
{
    private const int Steps = 2000;

    private const string Scroll = """
        () => new Promise((resolve) => {
          const heat = document.querySelector('.heat');
          const times = [];
          const begin = performance.now();
          const frame = (now) => {
            times.push(now);
            heat.scrollLeft = (heat.scrollLeft + 23) % (heat.scrollWidth - heat.clientWidth);
            heat.scrollTop = (heat.scrollTop + 7) % (heat.scrollHeight - heat.clientHeight);
            if (now - begin < 4000) requestAnimationFrame(frame);
            else resolve(times.slice(1).map((time, i) => time - times[i]));
          };
          heat.scrollTo(0, 0);
          requestAnimationFrame(frame);
        })
        """;

    private readonly List<string> complaints = [];

    [Fact]
    public void The_built_page_has_less_than_a_megabyte()
    {
        PageFiles.AreThere.ShouldBeTrue();
        PageFiles.Size.ShouldBeLessThan(1_000_000);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the built page: {PageFiles.Size:N0} bytes"));
    }

    [Fact]
    public async Task Signals_of_256_units_over_2000_steps_scroll()
    {
        IPage page = await studio.Open(complaints, "run");
        await page.FillAsync("#run-hidden", "256");
        await page.FillAsync("#run-text", string.Concat(Enumerable.Range(0, Steps).Select(i => (char)('a' + (i * i % 23)))));
        await page.ClickAsync("#run-go");
        await page.WaitForFunctionAsync("steps => document.querySelector('#run-step').max === String(steps - 1)", Steps);
        await page.Locator(".step-equation").First.WaitForAsync();

        double[] gaps = [.. (await page.EvaluateAsync<JsonElement>(Scroll)).EnumerateArray().Select(gap => gap.GetDouble()).Order()];

        (await page.EvaluateAsync<int>("() => document.querySelector('.heat').scrollWidth")).ShouldBeGreaterThan(Steps * 3);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"scrolling 6 signals of 256 units over 2,000 steps, software rendering: {gaps.Length / gaps.Sum() * 1000:F1} frames a second; median {gaps[gaps.Length / 2]:F1} ms, 95 % within {gaps[gaps.Length * 95 / 100]:F1} ms, longest {gaps[^1]:F1} ms"));
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_page_says_how_long_it_took_to_load()
    {
        List<double> loads = [];
        for (int i = 0; i < 5; i++)
        {
            IPage page = await studio.Open(complaints);
            loads.Add(await page.EvaluateAsync<double>("() => performance.getEntriesByName('ready')[0].startTime"));
            await page.CloseAsync();
        }

        loads.ShouldAllBe(load => load > 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from navigation to a page that can be used: {string.Join(", ", loads.Select(load => load.ToString("F0", CultureInfo.InvariantCulture)))} ms"));
    }
}
