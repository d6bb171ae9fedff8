namespace Cellwright.Tests.Layers;

/// <summary>Layers one upon the other.</summary>
internal sealed class PlainStack(bool residual, params PlainLayer[] layers) : PlainLayer
{
    public override int InputWidth => layers[0].InputWidth;

    public override int OutputWidth => layers[^1].OutputWidth;

    public override IEnumerable<(string Name, int Length)> Parameters =>
        layers.SelectMany((layer, i) => layer.Parameters.Select(parameter => (Prefix(i) + parameter.Name, parameter.Length)));

    public override IEnumerable<(string Name, int Width)> States =>
        layers.SelectMany((layer, i) => layer.States.Select(state => (Prefix(i) + state.Name, state.Width)));

    public override (double[] Y, double[] Dx) Run(string prefix, PlainBatch batch, double[] x, double[]? dy)
    {
        List<double[]> values = [x];
        for (int i = 0; i < layers.Length; i++)
        {
            double[] y = layers[i].Run(prefix + Prefix(i), batch, values[i], null).Y;
            values.Add(Adds(i) ? Sum(y, values[i]) : y);
        }

        if (dy is null)
        {
            return (values[^1], []);
        }

        double[] gradient = WithoutPadding(batch.Shape, dy);
        for (int i = layers.Length - 1; i >= 0; i--)
        {
            double[] dx = layers[i].Run(prefix + Prefix(i), batch, values[i], gradient).Dx;
            gradient = Adds(i) ? Sum(dx, gradient) : dx;
        }

        return (values[^1], gradient);
    }

    // Layers are counted without dropout, and dropout apart; the first layer and dropout add nothing.
    private int Depth(int layer) => layers.Take(layer).Count(below => below is not PlainDropout);

    private string Prefix(int layer) => layers[layer] is PlainDropout ? $"dropout{layer - Depth(layer)}." : $"layer{Depth(layer)}.";

    private bool Adds(int layer) =>
        residual && layers[layer] is not PlainDropout && Depth(layer) > 0 && layers[layer].InputWidth == layers[layer].OutputWidth;
}
