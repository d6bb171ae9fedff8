using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio;

/// <summary>Reads what a request carries, and answers it.</summary>
internal static class Answer
{
    /// <summary>The JSON that a request carries.</summary>
    /// <exception cref="RefusedException">It is something else, or too long.</exception>
    public static async Task<T> Read<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
                ?? throw new RefusedException(StatusCodes.Status400BadRequest, "the request is empty");
        }
        catch (JsonException problem)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, "the request is not the JSON that was expected", problem);
        }
        catch (BadHttpRequestException problem)
        {
            throw problem.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new RefusedException(problem.StatusCode, $"the request is longer than {StudioLimits.RequestBytes / 1024} KiB", problem)
                : new RefusedException(problem.StatusCode, "the request is broken", problem);
        }
    }

    /// <summary>Answers with JSON.</summary>
    public static Task Json<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);

    /// <summary>Answers with a sentence that says why not.</summary>
    public static Task Refuse(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return Json(context, new Refusal(sentence), StudioJson.Default.Refusal);
    }

    /// <summary>Why a request was refused.</summary>
    /// <param name="Error">One sentence.</param>
    internal sealed record Refusal(string Error);
}
