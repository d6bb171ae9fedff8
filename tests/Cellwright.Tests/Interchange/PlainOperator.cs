using Cellwright.Interchange;

namespace Cellwright.Tests.Interchange;

/// <summary>The standard operators step by step in double precision, as ONNX defines them, from the numbers of a form.</summary>
internal sealed class PlainOperator(RecurrentWeights weights)
{
    private readonly RecurrentForm form = weights.Form;

    /// <summary>Runs one sequence from the states the weights give.</summary>
    /// <param name="x">The input, one row a step.</param>
    /// <returns>h of every step.</returns>
    public double[][] Run(double[][] x)
    {
        double[] h = [.. weights.InitialHidden.Select(value => (double)value)];
        double[] c = [.. weights.InitialMemory.Select(value => (double)value)];
        List<double[]> outputs = [];
        foreach (double[] step in x)
        {
            (h, c) = form.Operator switch
            {
                RecurrentOperator.Rnn => (Gate(0, step, h, []), c),
                RecurrentOperator.Gru => (Gru(step, h), c),
                _ => Lstm(step, h, c),
            };
            outputs.Add(h);
        }

        return [.. outputs];
    }

    private static double Apply(RecurrentActivation function, double a) => function.Function switch
    {
        ActivationFunction.Identity => a,
        ActivationFunction.Sigmoid => 1 / (1 + Math.Exp(-a)),
        ActivationFunction.Tanh => Math.Tanh(a),
        ActivationFunction.Relu => Math.Max(a, 0),
        ActivationFunction.LeakyRelu => a >= 0 ? a : function.Alpha * a,
        ActivationFunction.Elu => a >= 0 ? a : function.Alpha * (Math.Exp(a) - 1),
        ActivationFunction.ScaledTanh => function.Alpha * Math.Tanh(function.Beta * a),
        ActivationFunction.HardSigmoid => Math.Clamp((function.Alpha * a) + function.Beta, 0, 1),
        ActivationFunction.Softsign => a / (1 + Math.Abs(a)),
        ActivationFunction.Softplus => Math.Log(1 + Math.Exp(a)),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    private static double Product(float[] matrix, int row, double[] vector) => vector.Select((value, i) => matrix[(row * vector.Length) + i] * value).Sum();

    private double[] Gate(int gate, double[] x, double[] h, double[] c) => [.. Enumerable.Range(0, weights.HiddenWidth).Select(row => Apply(
        form.Gates[gate].Activation,
        Clip(Product(weights.Input[gate], row, x) + Product(weights.Recurrent[gate], row, h) + weights.Bias[gate][row]
            + (c.Length == 0 ? 0 : weights.Peephole[gate][row] * c[row]))))];

    private double Clip(double a) => form.Clip is { } bound ? Math.Clamp(a, -bound, bound) : a;

    private double[] Gru(double[] x, double[] h)
    {
        double[] r = Gate(0, x, h, []);
        double[] z = Gate(1, x, h, []);
        double[] gated = [.. h.Select((value, i) => r[i] * value)];
        return [.. h.Select((value, i) =>
        {
            double own = Product(weights.Input[2], i, x) + weights.Bias[2][i];
            double recurrent = form.ResetAfter
                ? r[i] * (Product(weights.Recurrent[2], i, h) + weights.RecurrentBias[2][i])
                : Product(weights.Recurrent[2], i, gated);
            return ((1 - z[i]) * Apply(form.CandidateActivation, Clip(own + recurrent))) + (z[i] * value);
        })];
    }

    private (double[] H, double[] C) Lstm(double[] x, double[] h, double[] c)
    {
        double[] i = Gate(0, x, h, c);
        double[] f = Gate(1, x, h, c);
        double[] g = Gate(2, x, h, c);
        double[] next = [.. c.Select((value, j) => (f[j] * value) + (i[j] * g[j]))];
        double[] o = Gate(3, x, h, next);
        double[] given = [.. next.Select((value, j) => o[j] * Apply(form.OutputActivation, value))];
        return (weights.Projection is { } projection ? [.. Enumerable.Range(0, weights.OutputWidth).Select(row => Product(projection, row, given))] : given, next);
    }
}
