namespace Cellwright.Onnx;

/// <summary>What Cellwright writes of the ONNX format.</summary>
public static class OnnxFormat
{
    /// <summary>The operator set of the default domain that exported graphs use: 21, which ONNX Runtime 1.18 and later take.</summary>
    public const int OperatorSet = 21;

    /// <summary>The version of the file format that belongs to it.</summary>
    public const int FileVersion = 10;
}
