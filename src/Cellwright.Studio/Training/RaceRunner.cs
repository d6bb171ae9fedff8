using Cellwright.Studio.Models;
using Cellwright.Training;

namespace Cellwright.Studio.Training;

/// <summary>One model that is trained beside others, step by step.</summary>
internal abstract class RaceRunner : IDisposable
{
    private double loss;
    private int counted;

    /// <summary>The cell's name.</summary>
    public abstract string Name { get; }

    /// <summary>The steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The norm of the parameters' gradient at the last step.</summary>
    public double Norm { get; private set; }

    /// <summary>The step after which the task was found solved; null while it is not, or where there is nothing to solve.</summary>
    public int? SolvedAt { get; protected set; }

    /// <summary>Does one step.</summary>
    /// <exception cref="NonFiniteException">It diverged.</exception>
    public void Step()
    {
        TrainingProgress progress = Advance();
        Steps++;
        loss += progress.Loss;
        counted++;
        Norm = double.IsFinite(progress.GradientNorm) ? progress.GradientNorm : 0;
    }

    /// <summary>The mean loss since it was last asked for, in <see cref="LossUnit"/>; null where there was no step.</summary>
    public double? TakeLoss()
    {
        double? mean = counted == 0 ? null : loss / counted / LossUnit;
        (loss, counted) = (0, 0);
        return mean;
    }

    /// <summary>A look inside.</summary>
    public abstract TrainingEndpoint.TrainingView Look();

    /// <summary>Gives the model away.</summary>
    /// <param name="name">What people are to call it.</param>
    public abstract OpenModel Take(string name);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>How many nats the shown loss has in one.</summary>
    protected virtual double LossUnit => 1;

    /// <summary>Does one step of training.</summary>
    protected abstract TrainingProgress Advance();
}
