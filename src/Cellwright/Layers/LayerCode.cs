namespace Cellwright.Layers;

/// <summary>The generated code of a layer's two passes as lines of text.</summary>
internal static class LayerCode
{
    public static IReadOnlyList<string> Of(LayerEngine engine)
    {
        engine.PrepareBackward();
        List<string> lines = [];
        Add("forward, once before the steps", engine.Before);
        Add("forward, each step", engine.Loop);
        Add("forward, once behind the steps", engine.After);
        Add("backward, once before the steps", engine.BackwardBefore);
        Add("backward, each step", engine.BackwardLoop);
        Add("backward, once behind the steps", engine.BackwardAfter);
        return lines;

        void Add(string title, BoundStage[] stages)
        {
            if (stages.Length > 0)
            {
                lines.Add(title);
            }

            foreach (BoundStage stage in stages)
            {
                lines.Add("  " + stage.Name);
                lines.AddRange(stage.Code.Select(line => "    " + line));
            }
        }
    }
}
