namespace Cellwright.Onnx.Import;

/// <summary>An input of an imported graph.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Role">What the model takes it for.</param>
/// <param name="Shape">Its sizes as the file says them, outermost first: numbers, or names of what only a batch tells.</param>
public sealed record OnnxInput(string Name, OnnxInputRole Role, IReadOnlyList<string> Shape);
