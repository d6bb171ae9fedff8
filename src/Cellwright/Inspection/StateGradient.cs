namespace Cellwright.Inspection;

/// <summary>How the gradient of a loss at the last step by one state changes with the lag.</summary>
/// <remarks>
/// The norm at lag k is ‖∂L_T/∂s_{T−k}‖: the gradient by the state as step T−k hands it to the next one, all other
/// states held, the root of the mean square over the sequences of the batch. It is kept as a logarithm, so that it
/// neither underflows nor overflows however long the sequence.
/// </remarks>
public sealed class StateGradient
{
    private readonly double[] logNorms;

    internal StateGradient(string name, double[] logNorms)
    {
        Name = name;
        this.logNorms = logNorms;
    }

    /// <summary>The state's name.</summary>
    public string Name { get; }

    /// <summary>The longest lag, which is the number of steps: the gradient by the initial state.</summary>
    public int Length => logNorms.Length;

    /// <summary>The first lag at which the loss depends on the state: 1 where the last step itself reads it; 0 where it never does.</summary>
    public int FirstLag => Array.FindIndex(logNorms, norm => !double.IsNegativeInfinity(norm)) + 1;

    /// <summary>The decimal logarithm of the norm; −∞ where the gradient is 0.</summary>
    /// <param name="lag">The lag in steps, from 1 to <see cref="Length"/>.</param>
    public double Log10Norm(int lag) => logNorms[Checked(lag, 1) - 1] / Math.Log(10);

    /// <summary>The norm; 0 or ∞ past the range of double precision.</summary>
    /// <param name="lag">The lag in steps, from 1 to <see cref="Length"/>.</param>
    public double Norm(int lag) => Math.Exp(logNorms[Checked(lag, 1) - 1]);

    /// <summary>The norm as a share of that at <see cref="FirstLag"/>.</summary>
    /// <param name="lag">The lag in steps, from 1 to <see cref="Length"/>.</param>
    public double Relative(int lag) => FirstLag == 0 ? 0 : Math.Exp(logNorms[Checked(lag, 1) - 1] - logNorms[FirstLag - 1]);

    /// <summary>
    /// The factor of one more step: the norm at this lag by the one before. The product of the factors up to a lag, behind
    /// the first, is what <see cref="Relative"/> gives there. 0 where the gradient is 0.
    /// </summary>
    /// <param name="lag">The lag in steps, from 2 to <see cref="Length"/>.</param>
    public double Factor(int lag) => double.IsNegativeInfinity(logNorms[Checked(lag, 2) - 1]) ? 0 : Math.Exp(logNorms[lag - 1] - logNorms[lag - 2]);

    /// <summary>The geometric mean of all factors; below 1 the gradient vanishes, above 1 it explodes.</summary>
    public double MeanFactor => FirstLag == 0 || FirstLag == Length ? 0 : Math.Exp((logNorms[^1] - logNorms[FirstLag - 1]) / (Length - FirstLag));

    /// <summary>The first lag from which on the norm stays below a share of that at <see cref="FirstLag"/>; null where it does not.</summary>
    /// <param name="share">The share, such as 1e-6.</param>
    public int? VanishesAt(double share)
    {
        int lag = Length;
        while (lag >= 1 && Relative(lag) < share)
        {
            lag--;
        }

        return lag == Length ? null : lag + 1;
    }

    private int Checked(int lag, int least) => lag >= least && lag <= Length
        ? lag
        : throw new ArgumentOutOfRangeException(nameof(lag), lag, $"a lag is a number of steps from {least} to {Length}");
}
