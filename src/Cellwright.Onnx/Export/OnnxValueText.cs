using Cellwright.Onnx.Format;
using DataType = Cellwright.Onnx.Format.TensorProto.Types.DataType;

namespace Cellwright.Onnx.Export;

/// <summary>An input or output as people read it: name, type and shape.</summary>
internal static class OnnxValueText
{
    /// <summary>Such as <c>x float [time, batch, 8]</c>.</summary>
    public static string Of(ValueInfoProto value)
    {
        TypeProto.Types.Tensor tensor = value.Type.TensorType;
        IEnumerable<string> axes = tensor.Shape.Dim.Select(axis => axis.HasDimParam ? axis.DimParam : FormattableString.Invariant($"{axis.DimValue}"));
        return $"{value.Name} {((DataType)tensor.ElemType).ToString().ToLowerInvariant()} [{string.Join(", ", axes)}]";
    }
}
