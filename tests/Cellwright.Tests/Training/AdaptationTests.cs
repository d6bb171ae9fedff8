using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class AdaptationTests
{
    private const double Decay = 0.4;
    private const double Rate = 0.02;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Updates_are_those_of_the_formula_in_double_precision(bool withSquares)
    {
        Parameter[] parameters = [new("a", 37, 11, isBias: false), new("b", 5, 1, isBias: true)];
        double[][] trained = [.. parameters.Select((parameter, i) => Draw(parameter, i))];
        double[][] squares = [.. parameters.Select((parameter, i) => Numbers(parameter.Values.Length, 10 + i).Select(number => number * number * (i + 0.1)).ToArray())];
        squares[0][3] = 0;
        double meanRoot = squares.SelectMany(each => each).Average(Math.Sqrt);
        Adaptation adaptation = new(new ParameterSet(parameters), WorkerTeam.Default(2), Decay, withSquares ? squares : null);
        double[][] expected = [.. trained.Select(values => values.ToArray())];
        for (int step = 0; step < 4; step++)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                double[] gradient = Numbers(parameters[i].Values.Length, 100 + (2 * step) + i);
                for (int j = 0; j < gradient.Length; j++)
                {
                    parameters[i].Gradient[j] = (float)gradient[j];
                    double root = Math.Sqrt(squares[i][j]);
                    double rate = withSquares ? Rate / (root + 1e-3) : Rate;
                    double decay = withSquares ? Math.Min(1, Decay * root / meanRoot) : Decay;
                    expected[i][j] += (decay * (trained[i][j] - expected[i][j])) - (rate * parameters[i].Gradient[j]);
                }
            }

            adaptation.Update(Rate);
        }

        for (int i = 0; i < parameters.Length; i++)
        {
            for (int j = 0; j < expected[i].Length; j++)
            {
                ((double)parameters[i].Values[j]).ShouldBe(expected[i][j], 2e-6 * Math.Max(1, Math.Abs(expected[i][j]) + (Rate / 1e-3)), $"{i}, {j}");
            }
        }

        adaptation.Restore();
        parameters[0].Values.ToArray().Select(value => (double)value).ShouldBe(trained[0]);
    }

    private static double[] Draw(Parameter parameter, int number)
    {
        new RandomStream((ulong)number, "test").FillNormal(parameter.Values, 0);
        return [.. parameter.Values.ToArray().Select(value => (double)value)];
    }

    private static double[] Numbers(int count, int number)
    {
        float[] values = new float[count];
        new RandomStream((ulong)number, "test").FillNormal(values, 0);
        return [.. values.Select(value => (double)value)];
    }
}
