namespace Cellwright.Cli;

/// <summary>What is shown of one training step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Loss">The mean loss so far, as text.</param>
/// <param name="Validation">What a validation after this step found, as text; null where there was none.</param>
/// <param name="Below">Lines that stay below it.</param>
internal readonly record struct ShownStep(int Step, string Loss, string? Validation, IEnumerable<string> Below);
