using Cellwright.Studio;
using Microsoft.Playwright;
using Xunit;

namespace Cellwright.Browser.Tests;

/// <summary>A studio and a real Chromium, started once for all tests of a class.</summary>
public sealed class StudioPage : IAsyncLifetime
{
    // Without a sandbox, as continuous integration runs as root, and with nothing that calls home.
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private StudioServer? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public Uri Address => server!.Address;

    public async Task InitializeAsync()
    {
        string chromium = Environment.GetEnvironmentVariable("CELLWRIGHT_CHROMIUM") ?? Array.Find(Places, File.Exists)
            ?? throw new InvalidOperationException("there is no Chromium; install it ('apt-get install chromium'), or name it in CELLWRIGHT_CHROMIUM");
        server = await StudioServer.Start(new StudioOptions());
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = Flags });
    }

    public async Task DisposeAsync()
    {
        await (browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        playwright?.Dispose();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Opens the page, of this studio or another; whatever the console complains of is added to a list.</summary>
    internal async Task<IPage> Open(List<string> complaints, string view = "cell", int width = 1280, ColorScheme scheme = ColorScheme.Light, Uri? address = null)
    {
        IPage page = await browser!.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme });
        page.SetDefaultTimeout(20_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync($"{address ?? Address}#{view}");
        await page.Locator("body.ready").WaitForAsync();
        return page;
    }
}
