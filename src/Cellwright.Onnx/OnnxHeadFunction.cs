namespace Cellwright.Onnx;

/// <summary>A function in the head of an imported model.</summary>
public enum OnnxHeadFunction
{
    /// <summary>Probabilities over the width.</summary>
    Softmax,

    /// <summary>1 / (1 + exp(−v)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(v, 0).</summary>
    Relu,
}
