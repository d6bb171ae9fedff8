using Cellwright.Layers;

namespace Cellwright.Onnx.Import;

/// <summary>The layers of the head, each under the signal it gives out.</summary>
internal sealed class NetworkHeads
{
    private readonly Dictionary<HeadSignal, (SequenceLayer Layer, NetworkSignal Input)> layers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes them for the outputs of a graph.</summary>
    public NetworkHeads(NetworkPlan plan, int threads)
    {
        HashSet<NetworkSignal> given = new(plan.Outputs.Select(output => output.Value.Signal), ReferenceEqualityComparer.Instance);
        foreach (NetworkSignal signal in given)
        {
            Add(signal, given, threads);
        }
    }

    /// <summary>The layers, those nearest to the recurrent ones first, where they form one chain; null where they branch.</summary>
    public IReadOnlyList<SequenceLayer>? Chain
    {
        get
        {
            NetworkSignal? next = layers.Values.Select(head => head.Input).FirstOrDefault(input => input is not HeadSignal);
            List<SequenceLayer> chain = [];
            while (next is not null && layers.Values.Where(head => ReferenceEquals(head.Input, next)).ToArray() is [var only])
            {
                chain.Add(only.Layer);
                next = layers.First(pair => pair.Value.Layer == only.Layer).Key;
            }

            return chain.Count == layers.Count ? chain : null;
        }
    }

    /// <summary>What the head as a whole reads; null where there is none.</summary>
    public NetworkSignal? Input => layers.Values.Select(head => head.Input).FirstOrDefault(input => input is not HeadSignal);

    /// <summary>All layers.</summary>
    public IEnumerable<SequenceLayer> All => layers.Values.Select(head => head.Layer);

    /// <summary>The layer that gives out a signal, and what it reads.</summary>
    public (SequenceLayer Layer, NetworkSignal Input) this[HeadSignal signal] => layers[signal];

    private void Add(NetworkSignal signal, HashSet<NetworkSignal> given, int threads)
    {
        switch (signal)
        {
            case LastStepSignal last:
                Add(last.Of, given, threads);
                break;
            case HeadSignal head when !layers.ContainsKey(head):
                // A function of a product is one cell, where the product is no output.
                HeadSignal? product = head is { Step: FunctionStep, Of: HeadSignal { Step: LinearStep } below } && !given.Contains(below) && !layers.ContainsKey(below) ? below : null;
                NetworkSignal input = product?.Of ?? head.Of;
                int width = (int)SymbolicNumber.Of(input.Features).Known!.Value;
                layers.Add(head, (NetworkLayers.Head((product ?? head).Step as LinearStep, (head.Step as FunctionStep)?.Function, width, threads), input));
                Add(input, given, threads);
                break;
        }
    }
}
