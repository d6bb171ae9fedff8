namespace Cellwright.Programs;

/// <summary>How many rows a buffer has, and which row belongs to a step and a sequence.</summary>
public enum Storage
{
    /// <summary>A row for each sequence at each step.</summary>
    Steps,

    /// <summary>As <see cref="Steps"/>, behind a row for each sequence that holds the value before the first step.</summary>
    States,

    /// <summary>A row for each sequence, which the next step overwrites.</summary>
    Sequences,

    /// <summary>Two rows for each sequence, which steps use in turn: what came in from the step done before, and what goes out.</summary>
    Carries,
}
