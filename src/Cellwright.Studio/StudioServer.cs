using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cellwright.Studio;

/// <summary>Serves the page on this machine's own address, until it is disposed.</summary>
internal sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly StudioSession session;

    private StudioServer(WebApplication application, StudioSession session, Uri address)
    {
        this.application = application;
        this.session = session;
        Address = address;
    }

    /// <summary>Where the page is, its token included.</summary>
    public Uri Address { get; }

    /// <summary>Starts serving.</summary>
    /// <param name="options">What the page is opened with.</param>
    /// <exception cref="IOException">The port is taken, or the model cannot be read.</exception>
    public static async Task<StudioServer> Start(StudioOptions options)
    {
        StudioSession session = StudioSession.Open(options);
        try
        {
            string token = RequestGuard.NewToken();
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, options.Port);
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = StudioLimits.RequestBytes;
            });
            WebApplication application = builder.Build();
            application.Use(next => context => Guarded(context, next));
            RequestGuard guard = new(token);
            application.Use(next => context => guard.Invoke(context, next));
            application.UseRouting();
            session.Map(application);
            application.MapFallback("{**path}", PageFiles.Send);
            await application.StartAsync().ConfigureAwait(false);
            // Read while the browser starts.
            _ = Task.Run(() => Cells.Gallery.Cards.Count);
            return new StudioServer(application, session, new Uri($"{application.Urls.First()}/{token}/"));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        session.Stop();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await application.StopAsync(patience.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        session.Dispose();
    }

    // Whatever goes wrong is answered with a sentence; nothing of the inside gets out.
    private static async Task Guarded(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The page is gone.
        }
        catch (RefusedException refused) when (!context.Response.HasStarted)
        {
            await Answer.Refuse(context, refused.Status, refused.Message).ConfigureAwait(false);
        }
        catch (Exception problem) when (!context.Response.HasStarted)
        {
            bool isOurs = problem is Equations.EquationException or Tasks.CorpusException or Files.InvalidFileException;
            await Answer.Refuse(
                context,
                isOurs ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError,
                isOurs ? problem.Message : "something went wrong inside; please report what you did").ConfigureAwait(false);
        }
    }
}
