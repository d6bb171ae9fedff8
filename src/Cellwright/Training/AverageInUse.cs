namespace Cellwright.Training;

/// <summary>A model with its average in the place of its values, until disposed.</summary>
internal sealed class AverageInUse : IDisposable
{
    private Action? swap;

    /// <summary>Exchanges them.</summary>
    /// <param name="swap">Exchanges the values with the average, or nothing where there is none; called again to go back.</param>
    public AverageInUse(Action swap)
    {
        this.swap = swap;
        swap();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        swap?.Invoke();
        swap = null;
    }
}
