namespace Cellwright.Training;

/// <summary>What an optimizer, or an average of weights, remembers of one parameter.</summary>
/// <param name="Name">What it is, such as <c>mean</c>; with the parameter it is unique.</param>
/// <param name="Parameter">The index of the parameter in its <see cref="ParameterSet"/>.</param>
/// <param name="Values">One number for each of the parameter's.</param>
internal readonly record struct OptimizerBuffer(string Name, int Parameter, float[] Values);
