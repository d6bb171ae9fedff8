using System.Globalization;
using Cellwright.Cli;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Cellwright.Browser.Tests;

public sealed class StudioTests(StudioPage studio) : IClassFixture<StudioPage>
{
    private readonly List<string> complaints = [];

    [Fact]
    public async Task A_wrong_equation_is_shown_with_a_caret_and_a_right_one_changes_diagram_and_shapes()
    {
        IPage page = await studio.Open(complaints);
        await page.Locator("svg.diagram .belt[data-signal=c]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        string before = await page.Locator("svg.diagram").InnerHTMLAsync();

        await Write(page, "h = tahn(W x + U h[t-1])");
        ILocator problem = page.Locator(".problem");
        await problem.WaitForAsync();
        string wrong = await problem.InnerTextAsync();
        await Write(page, "h = tanh(W x + U h[t-1])\ny = V h\noutput y\nwidth y = 3");
        await problem.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Hidden });
        await page.Locator("tr", new PageLocatorOptions { HasText = "3 × 32" }).WaitForAsync();

        wrong.ShouldContain("nothing defines the function `tahn`");
        wrong.ShouldContain("  h = tahn(W x + U h[t-1])\n      ^^^^");
        wrong.ShouldContain("did you mean `tanh`?");
        (await page.Locator("svg.diagram").InnerHTMLAsync()).ShouldNotBe(before);
        (await page.Locator(".equation").CountAsync()).ShouldBe(2);
        (await page.Locator(".count strong").InnerTextAsync()).ShouldBe("1,632");
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_equation_lights_up_its_part_of_the_diagram()
    {
        IPage page = await studio.Open(complaints);
        await page.Locator(".equation").Nth(1).FocusAsync();

        (await page.Locator("svg.diagram g.element.on").GetAttributeAsync("data-signal")).ShouldBe("f");
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_numbers_of_a_step_are_those_of_a_traced_run()
    {
        const string Text = "see the sea";
        IPage page = await studio.Open(complaints, "run");
        await page.FillAsync("#run-text", Text);
        await page.ClickAsync("#run-go");
        await page.Locator(".step-equation").First.WaitForAsync();
        await page.Locator("#run-step").FocusAsync();
        for (int i = 0; i < 6; i++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await page.FillAsync("#run-unit", "5");
        await page.Keyboard.PressAsync("Tab");
        await page.Locator(".where", new PageLocatorOptions { HasText = "Step 7 reads \"e\", unit 5" }).WaitForAsync();

        SafetensorsFile traced = TracedByTheTool(Text);
        using (traced)
        {
            foreach (string signal in new[] { "i", "f", "g", "o", "c", "h" })
            {
                string shown = (await page.Locator($"strong[data-value={signal}]").InnerTextAsync()).Replace('−', '-');
                float expected = traced.ReadSingles("trace." + signal)[(6 * 32) + 5];
                double.Parse(shown, CultureInfo.InvariantCulture).ShouldBe(double.Parse(expected.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), 1e-12);
            }
        }

        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_asked_for_last_is_shown_though_its_answer_comes_first()
    {
        const string Text = "see the sea";
        IPage page = await studio.Open(complaints);
        TaskCompletionSource late = new();
        TaskCompletionSource arrived = new();
        await page.RouteAsync("**/api/run", async route =>
        {
            if (!route.Request.PostData!.Contains(Text, StringComparison.Ordinal))
            {
                await late.Task;
                await route.ContinueAsync();
                arrived.SetResult();
                return;
            }

            await route.ContinueAsync();
        });

        // The page runs its sample as it is shown; that answer is held back.
        await page.ClickAsync("#tab-run");
        await page.FillAsync("#run-text", Text);
        await page.ClickAsync("#run-go");
        await page.Locator("#run-step[max='10']").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        Task<IResponse> answer = page.WaitForResponseAsync(response => response.Url.EndsWith("/api/run", StringComparison.Ordinal));
        late.SetResult();
        await (await answer).FinishedAsync();
        await arrived.Task;
        await page.Locator("#run-step").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator(".where", new PageLocatorOptions { HasText = "Step 2 reads \"e\"" }).WaitForAsync();

        (await page.Locator("#run-step").GetAttributeAsync("max")).ShouldBe("10");
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_gradient_panel_moves_with_the_forget_bias()
    {
        IPage page = await studio.Open(complaints, "gradient");
        double elman = await Flow(page, "elman h");
        (await Flow(page, "lstm c")).ShouldBeLessThan(-6);
        elman.ShouldBeLessThan(-6);

        await page.Locator("#forget-bias").FillAsync("5");
        await page.WaitForFunctionAsync("() => Number(document.querySelector('[data-flow=\"lstm c\"]').dataset.log) > -3");

        (await Flow(page, "elman h")).ShouldBe(elman);
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_training_starts_shows_losses_and_stops_and_its_models_can_be_run()
    {
        IPage page = await studio.Open(complaints, "training");
        await page.FillAsync("#train-hidden", "16");
        await page.ClickAsync("#train-go");
        await page.Locator("#train-state", new PageLocatorOptions { HasText = "bits a character" }).WaitForAsync();
        await page.Locator(".insides .bars").First.WaitForAsync();
        await page.ClickAsync("#train-go");
        await page.Locator("#train-state", new PageLocatorOptions { HasText = "Ended at step" }).WaitForAsync();
        await page.ClickAsync("#tab-run");
        await page.Locator("#run-model option", new PageLocatorOptions { HasText = "trained here" }).First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await page.ClickAsync("#run-go");
        await page.Locator(".step-equation").First.WaitForAsync();
        await page.ClickAsync(".find button");

        await page.Locator(".found button").First.WaitForAsync();
        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_training_ends_when_its_page_closes()
    {
        IPage page = await studio.Open(complaints, "training");
        await page.ClickAsync("#train-go");
        await page.Locator("#train-state", new PageLocatorOptions { HasText = "bits a character" }).WaitForAsync();
        await page.CloseAsync();

        // Only one runs at a time, so a second can start only once the first has ended.
        IPage other = await studio.Open(complaints, "training");
        await other.FillAsync("#train-seconds", "1");
        await other.ClickAsync("#train-go");
        await other.Locator("#train-state", new PageLocatorOptions { HasText = "Ended at step" }).WaitForAsync();
    }

    [Fact]
    public async Task Every_view_is_reached_by_keyboard()
    {
        IPage page = await studio.Open(complaints);
        await page.Locator("#tab-cell").FocusAsync();
        List<string> seen = [];
        for (int i = 0; i < 4; i++)
        {
            seen.Add(await page.EvaluateAsync<string>("() => document.querySelector('[role=tabpanel]:not([hidden])').id"));
            await page.Keyboard.PressAsync("ArrowRight");
        }

        seen.ShouldBe(["view-cell", "view-run", "view-gradient", "view-training"]);
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<bool>("() => document.activeElement.closest('#view-cell') !== null")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task No_view_is_wider_than_the_window(int width, ColorScheme scheme)
    {
        foreach (string view in new[] { "cell", "run", "gradient", "training" })
        {
            IPage page = await studio.Open(complaints, view, width, scheme);
            if (view == "run")
            {
                await page.ClickAsync("#run-go");
                await page.Locator(".step-equation").First.WaitForAsync();
            }

            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, view);
            await page.CloseAsync();
        }

        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_is_made_and_walked_through_by_keyboard()
    {
        IPage page = await studio.Open(complaints, "run");
        await page.Locator(".step-equation").First.WaitForAsync();
        await page.Locator("#run-text").FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.InsertTextAsync("abc");
        await page.Locator("#run-go").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.querySelector('#run-step').max === '2'");
        await page.Locator(".coloured").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<bool>("() => document.activeElement.classList.contains('heat')")).ShouldBeTrue();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("ArrowDown");

        await page.Locator(".where", new PageLocatorOptions { HasText = "Step 3 reads \"c\", unit 1" }).WaitForAsync();
        complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_from_what_is_behind_it(ColorScheme scheme)
    {
        // The ratio of WCAG 2, 4.5 for text, of each ink on each paper.
        const string Contrasts = """
            () => {
              const probe = document.body.appendChild(document.createElement('i'));
              const light = (name) => {
                probe.style.color = `var(${name})`;
                const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              return Math.min(...['--ink', '--faint-ink', '--error', '--accent'].flatMap((ink) => ['--paper', '--panel'].map((paper) => ratio(light(ink), light(paper)))));
            }
            """;
        IPage page = await studio.Open(complaints, scheme: scheme);

        (await page.EvaluateAsync<double>(Contrasts)).ShouldBeGreaterThanOrEqualTo(4.5);
    }

    private static async Task Write(IPage page, string text)
    {
        await page.Locator(".cm-content").ClickAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.InsertTextAsync(text);
    }

    private static async Task<double> Flow(IPage page, string row)
    {
        ILocator line = page.Locator($"[data-flow=\"{row}\"]");
        await line.WaitForAsync();
        return double.Parse((await line.GetAttributeAsync("data-log"))!, CultureInfo.InvariantCulture);
    }

    // The page's untrained model, run by 'cell run --trace' on its embeddings.
    private static SafetensorsFile TracedByTheTool(string text)
    {
        string folder = Directory.CreateTempSubdirectory("cellwright-studio-").FullName;
        try
        {
            string model = Path.Combine(folder, "model.safetensors");
            string tensors = Path.Combine(folder, "in.safetensors");
            string traced = Path.Combine(folder, "out.safetensors");
            CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
            using (TextModel untrained = TextModel.Create(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 16, ["hidden"] = 32 }, vocabulary, seed: 1))
            {
                untrained.Save(model);
            }

            using (SafetensorsFile weights = SafetensorsFile.Open(model))
            {
                SafetensorsWriter writer = new();
                float[] embedding = weights.ReadSingles("embedding");
                int[] symbols = vocabulary.Encode(text);
                writer.Add("x", [symbols.Length, 1, 16], symbols.SelectMany(symbol => embedding.Skip(symbol * 16).Take(16)).ToArray());
                foreach (SafetensorsEntry entry in weights.Tensors.Where(entry => entry.Name.StartsWith("layer0.", StringComparison.Ordinal)))
                {
                    writer.Add(entry.Name["layer0.".Length..], [.. entry.Shape], weights.ReadSingles(entry.Name));
                }

                writer.Save(tensors);
            }

            CommandLine.Run(["cell", "run", "lstm", "--tensors", tensors, "--out", traced, "--trace"], TextWriter.Null, TextWriter.Null).ShouldBe(0);
            return SafetensorsFile.Open(traced);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
