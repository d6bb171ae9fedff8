using System.Globalization;
using Cellwright.Files;

namespace Cellwright.Training;

/// <summary>What an optimizer, or an average of weights, remembers of one parameter.</summary>
/// <param name="Name">What it is, such as <c>mean</c>; with the parameter it is unique.</param>
/// <param name="Parameter">The index of the parameter in its <see cref="ParameterSet"/>.</param>
/// <param name="Values">One number for each of the parameter's.</param>
internal readonly record struct OptimizerBuffer(string Name, int Parameter, float[] Values)
{
    /// <summary>The name in a checkpoint.</summary>
    public string TensorName => string.Create(CultureInfo.InvariantCulture, $"optimizer.{Parameter}.{Name}");

    /// <summary>Adds buffers, and how many updates they are of, to a checkpoint. They are read when it is written.</summary>
    public static void Add(SafetensorsWriter checkpoint, string countName, int count, IReadOnlyList<OptimizerBuffer> buffers)
    {
        checkpoint.Add(countName, [], new long[] { count });
        foreach (OptimizerBuffer buffer in buffers)
        {
            checkpoint.Add(buffer.TensorName, [buffer.Values.Length], buffer.Values);
        }
    }

    /// <summary>Reads buffers from a checkpoint.</summary>
    /// <returns>How many updates they are of.</returns>
    /// <exception cref="InvalidFileException">The checkpoint has other ones.</exception>
    public static int Read(SafetensorsFile checkpoint, string countName, IReadOnlyList<OptimizerBuffer> buffers)
    {
        if (checkpoint.ReadInt64s(countName) is not [>= 0 and <= int.MaxValue and long count])
        {
            throw new InvalidFileException(checkpoint.Name, $"its '{countName}' is no number of updates; start the run again");
        }

        foreach (OptimizerBuffer buffer in buffers)
        {
            checkpoint.ReadSingles(buffer.TensorName, buffer.Values);
        }

        return (int)count;
    }
}
