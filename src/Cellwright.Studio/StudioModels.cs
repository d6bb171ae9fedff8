using System.Globalization;
using System.Text;
using Cellwright.Tasks;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio;

/// <summary>The text models that are open: the one the tool was given, and the latest that the page trained.</summary>
internal sealed class StudioModels : IDisposable
{
    private const int Most = 5;

    private readonly Lock gate = new();
    private readonly List<(string Id, string Name, TextModel Model)> models = [];
    private int count;

    /// <summary>Takes a model over. The oldest trained one is let go where there are too many.</summary>
    /// <returns>The name under which requests know it.</returns>
    public string Add(string name, TextModel model)
    {
        lock (gate)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"m{++count}");
            models.Add((id, name, model));
            if (models.Count > Most)
            {
                models[1].Model.Dispose();
                models.RemoveAt(1);
            }

            return id;
        }
    }

    /// <summary>Does something with a model while nobody else does.</summary>
    /// <exception cref="RefusedException">There is no such model.</exception>
    public T Use<T>(string id, Func<TextModel, T> use)
    {
        lock (gate)
        {
            foreach ((string known, _, TextModel model) in models)
            {
                if (known == id)
                {
                    return use(model);
                }
            }
        }

        throw new RefusedException(StatusCodes.Status404NotFound, "there is no such model any more; choose another");
    }

    /// <summary>What is open.</summary>
    public IReadOnlyList<StudioSession.ModelReply> Describe()
    {
        lock (gate)
        {
            return [.. models.Select(each => new StudioSession.ModelReply(each.Id, each.Name, StudioSession.About(each.Model), Characters(each.Model)))];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            models.ForEach(each => each.Model.Dispose());
            models.Clear();
        }
    }

    private static string Characters(TextModel model)
    {
        StringBuilder text = new();
        for (int symbol = 0; symbol < model.Vocabulary.Count; symbol++)
        {
            text.Append(model.Vocabulary.Name(symbol));
        }

        return text.ToString();
    }
}
