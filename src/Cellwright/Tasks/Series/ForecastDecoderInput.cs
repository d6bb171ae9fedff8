using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>What the decoder reads of each segment ahead: a trained vector of the segment, one of the target, and what is known ahead.</summary>
internal sealed class ForecastDecoderInput : IDisposable
{
    private readonly ForecastShape shape;
    private readonly Parameter positions;
    private readonly Parameter? channels;
    private readonly AlignedBuffer inputs = new();
    private readonly AlignedBuffer gradients = new();

    /// <summary>Vectors of zeros.</summary>
    public ForecastDecoderInput(ForecastShape shape)
    {
        this.shape = shape;
        positions = new Parameter("decoder.position", shape.Points, shape.Design.PositionWidth, isBias: false);
        channels = shape.HasChannels ? new Parameter("decoder.channel", shape.Columns.Targets, shape.ChannelWidth, isBias: false) : null;
    }

    /// <summary>The vectors.</summary>
    public IReadOnlyList<Parameter> Parameters => channels is null ? [positions] : [positions, channels];

    /// <summary>Draws first values: normal with deviation 1.</summary>
    public void Initialize(ulong seed)
    {
        foreach (Parameter parameter in Parameters)
        {
            new RandomStream(seed, "init/" + parameter.Name).FillNormal(parameter.Values, step: 0);
        }
    }

    /// <summary>Makes room for a number of windows.</summary>
    public void Prepare(int windows)
    {
        inputs.Reserve((long)shape.Points * windows * shape.DecoderWidth);
        gradients.Reserve((long)shape.Points * windows * shape.DecoderWidth);
    }

    /// <summary>The inputs, [points, windows, width].</summary>
    public ReadOnlySpan<float> Forward(WindowBatch batch)
    {
        int position = 0;
        for (int point = 0; point < shape.Points; point++)
        {
            for (int window = 0; window < batch.Windows; window++, position++)
            {
                Span<float> to = inputs.Span.Slice(position * shape.DecoderWidth, shape.DecoderWidth);
                Row(positions, point).CopyTo(to);
                if (channels is not null)
                {
                    Row(channels, batch.Channels[window]).CopyTo(to[positions.Columns..]);
                }

                batch.WriteDecoderExtras(to[^shape.DecoderExtras..], window, point);
            }
        }

        return inputs.Span[..(position * shape.DecoderWidth)];
    }

    /// <summary>Room for the gradient by the inputs of some rows.</summary>
    public Span<float> Gradient(int rows) => gradients.Span[..(rows * shape.DecoderWidth)];

    /// <summary>The vectors' gradients, from what <see cref="Gradient"/> received; summed from the last row to the first.</summary>
    public void Backward(WindowBatch batch)
    {
        positions.Gradient.Clear();
        channels?.Gradient.Clear();
        for (int position = (shape.Points * batch.Windows) - 1; position >= 0; position--)
        {
            (int point, int window) = (position / batch.Windows, position % batch.Windows);
            ReadOnlySpan<float> from = gradients.Span.Slice(position * shape.DecoderWidth, shape.DecoderWidth);
            Elementwise.Add(from[..positions.Columns], positions.Gradient.Slice(point * positions.Columns, positions.Columns));
            if (channels is not null)
            {
                int first = batch.Channels[window] * channels.Columns;
                Elementwise.Add(from.Slice(positions.Columns, channels.Columns), channels.Gradient.Slice(first, channels.Columns));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        inputs.Dispose();
        gradients.Dispose();
    }

    private static Span<float> Row(Parameter table, int row) => table.Values.Slice(row * table.Columns, table.Columns);
}
