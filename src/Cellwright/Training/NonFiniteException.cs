namespace Cellwright.Training;

/// <summary>Training met a loss or a gradient that is not a finite number. The message says at which step and where.</summary>
public sealed class NonFiniteException : Exception
{
    /// <summary>Names the step and what was not finite there.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="where">What was not finite, such as <c>the loss</c>.</param>
    public NonFiniteException(int step, string where)
        : base($"{where} is not a finite number at step {step}; a smaller learning rate or clip may help")
    {
        Step = step;
    }

    /// <summary>The same, with where training can go on from.</summary>
    /// <param name="problem">What was met.</param>
    /// <param name="kept">What is kept, as the end of the sentence.</param>
    public NonFiniteException(NonFiniteException problem, string kept)
        : base($"{problem?.Message}; {kept}", problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Step = problem.Step;
    }

    /// <summary>The step, from 1.</summary>
    public int Step { get; }
}
