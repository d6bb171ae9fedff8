namespace Cellwright.Training;

/// <summary>By which rule gradients change values.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba, 2015), with means that keep 0.9 and 0.999.</summary>
    Adam,

    /// <summary>Adam whose weight decay stands beside the gradient (Loshchilov and Hutter, 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum (Polyak, 1964).</summary>
    Sgd,
}
