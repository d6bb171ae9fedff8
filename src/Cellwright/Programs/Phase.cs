namespace Cellwright.Programs;

/// <summary>When a stage runs within one pass over a batch.</summary>
public enum Phase
{
    /// <summary>Once for all steps, before the time loop.</summary>
    Before,

    /// <summary>In every step.</summary>
    Loop,

    /// <summary>Once for all steps, behind the time loop.</summary>
    After,
}
