namespace Cellwright.Interchange;

/// <summary>What a gate does in a standard recurrent operator.</summary>
public enum RecurrentRole
{
    /// <summary>i of an LSTM: how much of the candidate is stored.</summary>
    Input,

    /// <summary>f of an LSTM: how much of c[t-1] is kept.</summary>
    Forget,

    /// <summary>o of an LSTM: how much of c is given out.</summary>
    Output,

    /// <summary>r of a GRU: how much of h[t-1] the candidate sees.</summary>
    Reset,

    /// <summary>z of a GRU: how much of h[t-1] is kept.</summary>
    Update,

    /// <summary>The new content: g of an LSTM, n of a GRU, and h of an RNN.</summary>
    Candidate,
}
