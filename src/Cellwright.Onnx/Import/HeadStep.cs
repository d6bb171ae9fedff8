namespace Cellwright.Onnx.Import;

/// <summary>A step of the head.</summary>
internal abstract record HeadStep;

/// <summary>W v + b.</summary>
/// <param name="Weights">W [outputs, inputs].</param>
/// <param name="Bias">b [outputs]; null for none.</param>
internal sealed record LinearStep(ConstantTensor Weights, ConstantTensor? Bias) : HeadStep;

/// <summary>A function of a vector, as the language calls it.</summary>
internal sealed record FunctionStep(string Function) : HeadStep;
