namespace Cellwright.Studio.Cells;

/// <summary>The cells of the notes in the order in which one leads to the next, and what each adds.</summary>
internal static class Gallery
{
    private static readonly (string Name, string Adds)[] Sentences =
    [
        ("elman", "One state that sums up everything seen so far, rewritten at every step. Its gradient passes through the same matrix and slope each time, so it fades or explodes."),
        ("elman-relu", "The same network with a ramp in place of tanh, started from the identity. At the beginning the state is simply kept, and the gradient with it."),
        ("lstm", "A second state, c, runs along a belt: gates only scale it and add to it. The gradient along it is multiplied by the forget gate alone, and survives while that is open."),
        ("lstm-peephole", "Gates may look at c itself instead of what the output gate let out. One weight a unit is enough to count and to time."),
        ("lstm-peephole-full", "The same view of c through full matrices, as the note draws it. The output gate, computed last, looks at the new c."),
        ("lstm-coupled", "Something is stored only where something is forgotten. One gate fewer, and c is always an average of candidates, so it stays bounded."),
        ("gru", "One state and two gates: z chooses what is kept and what replaced. The reset gate r hides parts of the old state from the candidate."),
        ("gru-reset-after", "The reset gate acts behind the matrix instead of before it. All matrix products of a step can then be done at once, as fast libraries do."),
        ("gru-update-only", "The least that remembers: one candidate, one gate. A closed gate carries c unchanged over any number of steps."),
        ("memory", "Everything that can be done with a memory, one gate each: store, keep, retrieve. Known cells are special cases of it."),
        ("memory-gru", "Keep exactly what is not stored, always retrieve all, and gate what the candidate sees. With that the general memory is a GRU."),
        ("lstm-use-gate", "The LSTM told as a story: learn, forget, remember, use. What an event teaches reaches the output one step later, through a use gate of its own."),
        ("lstm-cell-recurrent", "Gates and candidate read c itself, and a leaves without a tanh. There is one state, and a only shows it."),
    ];

    /// <summary>The cards of the gallery.</summary>
    public static IReadOnlyList<GalleryCard> Cards { get; } = [.. Sentences.Select(each =>
    {
        Graphs.Cell cell = Graphs.Cell.Named(each.Name);
        return new GalleryCard(cell.Name, cell.Title, each.Adds, cell.Text);
    })];
}
