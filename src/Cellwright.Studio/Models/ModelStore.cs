using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Models;

/// <summary>The models that are open: the one the tool was given, and the latest that the page trained.</summary>
internal sealed class ModelStore : IDisposable
{
    private const int MostTrained = 6;

    private readonly Lock gate = new();
    private readonly List<(string Id, OpenModel Model)> models = [];
    private bool isFirstGiven;
    private int count;

    /// <summary>Takes over the model that the tool was given, which stays.</summary>
    public void Give(OpenModel model)
    {
        Add(model);
        isFirstGiven = true;
    }

    /// <summary>Takes a model over. The oldest trained one is let go where there are too many.</summary>
    /// <returns>The name under which requests know it.</returns>
    public string Add(OpenModel model)
    {
        lock (gate)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"m{++count}");
            models.Add((id, model));
            int given = isFirstGiven ? 1 : 0;
            if (models.Count > MostTrained + given)
            {
                models[given].Model.Dispose();
                models.RemoveAt(given);
            }

            return id;
        }
    }

    /// <summary>Does something with a model while nobody else does.</summary>
    /// <exception cref="RefusedException">There is no such model, or it is of another kind.</exception>
    public TResult Use<TModel, TResult>(string? id, Func<TModel, TResult> use)
        where TModel : OpenModel
    {
        lock (gate)
        {
            foreach ((string known, OpenModel model) in models)
            {
                if (known == id && model is TModel wanted)
                {
                    return use(wanted);
                }
            }
        }

        throw new RefusedException(StatusCodes.Status404NotFound, "there is no such model any more; choose another");
    }

    /// <summary>What is open.</summary>
    public IReadOnlyList<ModelReply> Describe()
    {
        lock (gate)
        {
            return [.. models.Select(each => new ModelReply(each.Id, each.Model.Name, each.Model.About, each.Model.Kind, each.Model.Characters, (each.Model as OpenSeriesModel)?.Describe()))];
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
}
