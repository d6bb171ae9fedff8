namespace Cellwright.Programs;

/// <summary>One piece of work of a program, done for all rows of a step (or of all steps).</summary>
public abstract record Stage;
