using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Onnx.Export;

/// <summary>The shapes of parameters in a file.</summary>
internal static class OnnxShapes
{
    /// <summary>A matrix has two axes, a vector one and a single number none.</summary>
    public static long[] Of(Shape shape, Parameter parameter) => shape.Rank switch
    {
        0 => [],
        1 => [parameter.Rows],
        _ => [parameter.Rows, parameter.Columns],
    };
}
