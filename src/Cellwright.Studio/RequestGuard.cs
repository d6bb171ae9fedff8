using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio;

/// <summary>
/// Lets through what the page itself asks for, and nothing else: requests to this machine's own name, from no other
/// origin, to an address that begins with the token.
/// </summary>
/// <param name="token">The token, the first folder of every address.</param>
internal sealed class RequestGuard(string token)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly byte[] token = Encoding.UTF8.GetBytes(token);

    /// <summary>A token that cannot be guessed: 192 bits.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (Refusal(context.Request) is { } refusal)
        {
            return Answer.Refuse(context, StatusCodes.Status403Forbidden, refusal);
        }

        // What follows sees addresses without the token.
        string path = context.Request.Path.Value!;
        int end = path.IndexOf('/', 1);
        context.Request.PathBase = path[..end];
        context.Request.Path = path[end..];
        return next(context);
    }

    private string? Refusal(HttpRequest request)
    {
        // A name that somebody else's server resolves to this machine is not this machine's.
        string host = request.Host.Host;
        if (host is not ("127.0.0.1" or "localhost") || request.Host.Port != request.HttpContext.Connection.LocalPort)
        {
            return "this page answers to 127.0.0.1 and localhost only";
        }

        string origin = request.Headers.Origin.ToString();
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if ((origin.Length > 0 && origin != $"http://{request.Host.Value}") || site is "cross-site" or "same-site")
        {
            return "this page does not answer to other pages; open the address that 'cellwright studio' printed";
        }

        string path = request.Path.Value ?? string.Empty;
        int end = path.Length == 0 ? -1 : path.IndexOf('/', 1);
        return end > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(path[1..end]), token)
            ? null
            : "the address lacks its token; open the address that 'cellwright studio' printed, all of it";
    }
}
