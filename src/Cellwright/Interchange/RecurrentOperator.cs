namespace Cellwright.Interchange;

/// <summary>The standard recurrent operators that other frameworks have: ONNX's <c>RNN</c>, <c>GRU</c> and <c>LSTM</c>, PyTorch's modules of these names.</summary>
public enum RecurrentOperator
{
    /// <summary>h = f(W x + R h[t-1] + b): one gate, <see cref="RecurrentRole.Candidate"/>.</summary>
    Rnn,

    /// <summary>h = (1 − z) * n + z * h[t-1]: gates reset, update and candidate, in the order r, z, n.</summary>
    Gru,

    /// <summary>c = f * c[t-1] + i * g, h = o * H(c): gates input, forget, candidate and output, in the order i, f, g, o.</summary>
    Lstm,
}
