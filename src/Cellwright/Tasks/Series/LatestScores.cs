namespace Cellwright.Tasks.Series;

/// <summary>The latest scores, in the order of time and in that of size.</summary>
internal sealed class LatestScores(int capacity)
{
    private readonly Queue<double> inTime = new();
    private readonly List<double> inSize = [];

    /// <summary>Adds a score and, where there are as many as are kept, drops the oldest.</summary>
    public void Add(double score)
    {
        if (inTime.Count == capacity)
        {
            inSize.RemoveAt(inSize.BinarySearch(inTime.Dequeue()));
        }

        inTime.Enqueue(score);
        int place = inSize.BinarySearch(score);
        inSize.Insert(place < 0 ? ~place : place, score);
    }

    /// <summary>The score that covers a share of the next ones: the ⌈(n + 1) · coverage⌉-th smallest, within the n there are; infinite without any.</summary>
    public double Quantile(double coverage) =>
        inSize.Count == 0 ? double.PositiveInfinity : inSize[ConformalScores.Rank(inSize.Count, coverage) - 1];
}
