using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio;

/// <summary>The files of the page, which the build put into this assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    };

    private static readonly HashSet<string> Names = [.. typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))];

    /// <summary>Whether the page was built.</summary>
    public static bool AreThere => Names.Contains(Folder + "index.html");

    /// <summary>The bytes of all files together.</summary>
    public static long Size => Names.Sum(name => Open(name).Length);

    /// <summary>Answers with one file. Only names that the build put there are known, so no address leads elsewhere.</summary>
    public static Task Send(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        string name = Folder + (path == "/" ? "index.html" : path[1..]);
        if (!HttpMethods.IsGet(context.Request.Method) || !Names.Contains(name) || !Types.TryGetValue(Path.GetExtension(name), out string? type))
        {
            return Answer.Refuse(context, StatusCodes.Status404NotFound, "there is no such page");
        }

        Stream file = Open(name);
        context.Response.ContentType = type;
        context.Response.ContentLength = file.Length;
        return file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Stream Open(string name) => typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
}
