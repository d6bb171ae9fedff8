using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Studio;
using Cellwright.Studio.Models;
using Cellwright.Tasks.Series;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Cellwright.Browser.Tests;

/// <summary>The page with models: a forecaster that was opened, and cells that were trained on memory tasks.</summary>
public sealed class StudioModelTests(StudioPage studio) : IClassFixture<StudioPage>
{
    private readonly List<string> complaints = [];

    [Fact]
    public async Task A_series_shows_its_forecast_and_a_step_has_the_numbers_of_the_trace()
    {
        SeriesSet set = Demand();
        Forecaster model = Trained(set);
        Trace trace = ForecastTrace.Of(model, set.Series[0].Until(150, 6)).Layers[0];
        await using StudioServer server = await StudioServer.Start(new StudioOptions { Series = new OpenSeriesModel("demand", model, set, "a test") });
        IPage page = await studio.Open(complaints, "run", address: server.Address);
        await page.Locator(".series-head", new PageLocatorOptions { HasText = "its 80 % intervals" }).WaitForAsync();
        await page.Locator(".where", new PageLocatorOptions { HasText = "Step 24 reads row 160" }).WaitForAsync();

        await page.EvaluateAsync("() => { const end = document.querySelector('#series-end'); end.value = '150'; end.dispatchEvent(new Event('change')); }");
        await page.Locator(".end-text", new PageLocatorOptions { HasText = "row 150; 10 came after it" }).WaitForAsync();
        await page.FillAsync("#run-unit", "3");
        await page.Locator(".heat").FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Locator(".where", new PageLocatorOptions { HasText = "Step 23 reads row 149, unit 3: demand" }).WaitForAsync();

        foreach (string signal in new[] { "i", "f", "g", "o", "c", "h" })
        {
            (await Shown(page, signal)).ShouldBe(SixDigits(trace.At(signal, 22)[3]), 1e-12, signal);
        }

        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Units_that_track_the_time_since_an_event_are_found_in_a_series()
    {
        SeriesSet set = Demand();
        Forecaster model = Trained(set);
        UnitCorrelation first = UnitCorrelation.Strongest(ForecastTrace.Of(model, set.Series[0]).Layers[0], [.. ForecastTrace.Of(model, set.Series[0]).ByStep(SeriesPattern.Parse("since event", model.Columns).Of(set.Series[0]))], 1)[0];
        await using StudioServer server = await StudioServer.Start(new StudioOptions { Series = new OpenSeriesModel("demand", model, set, "a test") });
        IPage page = await studio.Open(complaints, "run", address: server.Address);
        await page.Locator(".step-equation").First.WaitForAsync();

        (await page.InputValueAsync("#run-pattern")).ShouldBe("since event");
        await page.ClickAsync(".find button");
        ILocator found = page.Locator(".found button").First;
        await found.WaitForAsync();
        (await found.InnerTextAsync()).ShouldContain($"{first.Signal} {first.Unit}");
        await found.ClickAsync();
        (await page.InputValueAsync("#run-unit")).ShouldBe(first.Unit.ToString(CultureInfo.InvariantCulture));
        (await page.InputValueAsync("#run-signal")).ShouldBe(first.Signal);

        await page.FillAsync("#run-pattern", "since evnt");
        await page.ClickAsync(".find button");
        await page.Locator("#notice.on", new PageLocatorOptions { HasText = "there is no column 'evnt'; there are demand, event" }).WaitForAsync();

        // The browser reports every refused request.
        complaints.ShouldAllBe(complaint => complaint.Contains("400", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_gradient_of_an_opened_model_is_shown_before_and_after_training()
    {
        SeriesSet set = Demand();
        Forecaster model = Trained(set);
        double after = ForecastFlow.Of(model, set.Series[0], 200)["layer0.c"].Relative(24);
        double before = ForecastFlow.BeforeTraining(model, set.Series[0], 200)["layer0.c"].Relative(24);
        await using StudioServer server = await StudioServer.Start(new StudioOptions { Series = new OpenSeriesModel("demand", model, set, "a test") });
        IPage page = await studio.Open(complaints, "gradient", address: server.Address);

        (await Flow(page, "demand c after")).ShouldBe(Math.Log10(after), 1e-9);
        (await Flow(page, "demand c before")).ShouldBe(Math.Log10(before), 1e-9);
        (await Flow(page, "elman h")).ShouldBeLessThan(-6);
        await page.UncheckAsync("#flow-models input");
        await page.Locator("[data-flow=\"demand c after\"]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_memory_task_is_trained_stopped_and_looked_into()
    {
        IPage page = await studio.Open(complaints, "training");
        await page.SelectOptionAsync("#train-task", "adding");
        await page.FillAsync("#train-length", "60");
        await page.FillAsync("#train-hidden", "8");
        await page.ClickAsync("#train-go");
        await page.Locator("#train-state", new PageLocatorOptions { HasText = "mean squared error" }).WaitForAsync();
        await page.Locator(".sample", new PageLocatorOptions { HasText = "asked" }).First.WaitForAsync();
        (await page.Locator(".insides .panel").CountAsync()).ShouldBe(2);
        await page.ClickAsync("#train-go");
        await page.Locator("#train-state", new PageLocatorOptions { HasText = "Ended at step" }).WaitForAsync();

        await page.ClickAsync("#tab-run");
        await page.Locator(".series-head", new PageLocatorOptions { HasText = "asked" }).WaitForAsync();
        string first = await page.Locator(".series-head").InnerTextAsync();
        await page.ClickAsync("#sequence-next");
        await page.WaitForFunctionAsync("before => document.querySelector('.series-head').innerText !== before", first);
        (await page.Locator("#run-model option", new PageLocatorOptions { HasText = "adding 60, trained here" }).CountAsync()).ShouldBe(2);

        await page.ClickAsync("#tab-gradient");
        await page.Locator("[data-flow^=\"elman, adding 60\"][data-flow$=\"h after\"]").WaitForAsync();
        await page.Locator("[data-flow^=\"lstm, adding 60\"][data-flow$=\"c before\"]").WaitForAsync();
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cell_that_was_edited_is_trained_again()
    {
        IPage page = await studio.Open(complaints);
        await page.Locator(".cm-content").ClickAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.InsertTextAsync("cell mine \"My cell\"\nz = σ(W_z x + U_z h[t-1] + b_z)\nh = z * h[t-1] + (1 - z) * tanh(W x)");
        await page.Locator(".heading h2", new PageLocatorOptions { HasText = "My cell" }).WaitForAsync();
        await page.ClickAsync("#tab-training");
        await page.SelectOptionAsync("#train-task", "anbncn");
        await page.SelectOptionAsync("#train-second", "-");
        await page.FillAsync("#train-hidden", "8");
        await page.FillAsync("#train-seconds", "1");
        ILocator trained = page.Locator("#run-model option", new PageLocatorOptions { HasText = "mine, anbncn 10, trained here" });
        for (int i = 0; i < 2; i++)
        {
            await page.ClickAsync("#train-go");
            await trained.Nth(i).WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
            await page.Locator("#train-go", new PageLocatorOptions { HasText = "Train" }).WaitForAsync();
        }

        await page.Locator(".insides h2", new PageLocatorOptions { HasText = "Inside mine" }).WaitForAsync();
        complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    public async Task A_series_is_not_wider_than_the_window(int width, ColorScheme scheme)
    {
        SeriesSet set = Demand();
        await using StudioServer server = await StudioServer.Start(new StudioOptions { Series = new OpenSeriesModel("demand", Trained(set), set, "a test") });
        foreach (string view in new[] { "run", "gradient" })
        {
            IPage page = await studio.Open(complaints, view, width, scheme, server.Address);
            await page.Locator(view == "run" ? ".step-equation" : "[data-flow]").First.WaitForAsync();
            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, view);
        }

        complaints.ShouldBeEmpty();
    }

    private static async Task<double> Shown(IPage page, string signal) =>
        double.Parse((await page.Locator($"strong[data-value={signal}]").InnerTextAsync()).Replace('−', '-'), CultureInfo.InvariantCulture);

    private static double SixDigits(float value) => double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static async Task<double> Flow(IPage page, string row)
    {
        ILocator line = page.Locator($"[data-flow=\"{row}\"]");
        await line.WaitForAsync();
        return double.Parse((await line.GetAttributeAsync("data-log"))!, CultureInfo.InvariantCulture);
    }

    // 160 rows with a season of 7 and an event now and then.
    private static SeriesSet Demand()
    {
        double[] events = [.. Enumerable.Range(0, 160).Select(row => row % 31 == 4 ? 1.0 : 0.0)];
        double[] demand = [.. Enumerable.Range(0, 160).Select(row => 20 + (5 * Math.Sin(row * Math.PI * 2 / 7)) + (row % 31 is >= 4 and < 12 ? 6 : 0))];
        return new SeriesSet([new TimeSeries(string.Empty, null, [demand], [events])], new TimeStep(TimeUnit.Row), ["demand"], ["event"]);
    }

    private static Forecaster Trained(SeriesSet set) => Forecaster.Train(
        set,
        new ForecasterDesign { Cells = [Cell.Named("lstm")], Hidden = 8, Window = 24, Horizon = 6, Head = ForecastHead.Quantiles(0.1, 0.5, 0.9) },
        new ForecastTrainingOptions { Batch = 8, Epochs = 1, StepsPerEpoch = 20, Threads = 1 });
}
