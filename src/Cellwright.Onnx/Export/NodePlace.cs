namespace Cellwright.Onnx.Export;

/// <summary>Where a node of a cell is computed; the number is that of the axes before its own.</summary>
internal enum NodePlace
{
    /// <summary>From parameters alone: [width], [rows, columns] or one number.</summary>
    Once,

    /// <summary>In the loop over time: [batch, width].</summary>
    EachStep,

    /// <summary>For all steps before the loop, because it depends on no state: [time, batch, width].</summary>
    AllSteps,
}
