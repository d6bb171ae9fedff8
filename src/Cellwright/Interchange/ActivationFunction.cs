namespace Cellwright.Interchange;

/// <summary>The activation functions that ONNX's recurrent operators have and a graph is searched for.</summary>
public enum ActivationFunction
{
    /// <summary>a itself: ONNX's <c>Affine</c> with alpha 1 and beta 0.</summary>
    Identity,

    /// <summary>1 / (1 + exp(−a)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(a, 0).</summary>
    Relu,

    /// <summary>a where a ≥ 0, else alpha · a.</summary>
    LeakyRelu,

    /// <summary>a where a ≥ 0, else alpha (exp(a) − 1); only alpha 1 is recognised.</summary>
    Elu,

    /// <summary>alpha · tanh(beta · a).</summary>
    ScaledTanh,

    /// <summary>min(max(alpha · a + beta, 0), 1).</summary>
    HardSigmoid,

    /// <summary>a / (1 + |a|).</summary>
    Softsign,

    /// <summary>log(1 + exp(a)).</summary>
    Softplus,
}
