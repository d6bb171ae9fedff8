namespace Cellwright.Onnx.Import;

/// <summary>
/// Counts what the messages of an ONNX file would take to read, before anything is read: a few bytes can stand for an
/// object of hundreds, and a number of one byte for one of eight.
/// </summary>
internal ref struct MessageCensus
{
    private const int MostMessages = 20_000;
    private const int MostStrings = 50_000;
    private const int MostCharacters = 2_000_000;
    private const int MostNumbers = 100_000;
    private const int MostDepth = 16;

    private readonly ReadOnlySpan<byte> contents;
    private int messages;
    private int strings;
    private long characters;
    private int numbers;

    private MessageCensus(ReadOnlySpan<byte> contents) => this.contents = contents;

    // The messages of onnx.proto, and what a file may nest.
    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        ValueInfo,
        Type,
        TensorType,
        Shape,
        Dimension,
        OperatorSet,
        Entry,
        Function,
        SparseTensor,
    }

    private enum Content
    {
        Unknown,
        Scalar,
        Text,
        Bytes,
        Varints,
        FixedNumbers,
        Nested,
    }

    /// <summary>What is wrong with a file; null where it can be read.</summary>
    public static string? Problem(ReadOnlySpan<byte> contents)
    {
        MessageCensus census = new(contents);
        return census.Walk(0, contents.Length, Message.Model, 0);
    }

    private static (Content Content, Message Nested) Describe(Message message, int field) => (message, field) switch
    {
        (Message.Model, 7) => (Content.Nested, Message.Graph),
        (Message.Model, 8) => (Content.Nested, Message.OperatorSet),
        (Message.Model, 14) => (Content.Nested, Message.Entry),
        (Message.Model, 25) => (Content.Nested, Message.Function),
        (Message.Model, 2 or 3 or 4 or 6) => (Content.Text, default),
        (Message.Graph, 1) => (Content.Nested, Message.Node),
        (Message.Graph, 5) => (Content.Nested, Message.Tensor),
        (Message.Graph, 11 or 12 or 13) => (Content.Nested, Message.ValueInfo),
        (Message.Graph, 15) => (Content.Nested, Message.SparseTensor),
        (Message.Graph, 2 or 10) => (Content.Text, default),
        (Message.Node, 5) => (Content.Nested, Message.Attribute),
        (Message.Node, 1 or 2 or 3 or 4 or 6 or 7) => (Content.Text, default),
        (Message.Attribute, 5) => (Content.Nested, Message.Tensor),
        (Message.Attribute, 6) => (Content.Nested, Message.Graph),
        (Message.Attribute, 7) => (Content.FixedNumbers, default),
        (Message.Attribute, 8) => (Content.Varints, default),
        (Message.Attribute, 4 or 9) => (Content.Bytes, default),
        (Message.Attribute, 1 or 13 or 21) => (Content.Text, default),
        (Message.Tensor, 4 or 10) => (Content.FixedNumbers, default),
        (Message.Tensor, 1 or 5 or 7 or 11) => (Content.Varints, default),
        (Message.Tensor, 6 or 9) => (Content.Bytes, default),
        (Message.Tensor, 13) => (Content.Nested, Message.Entry),
        (Message.Tensor, 8 or 12) => (Content.Text, default),
        (Message.ValueInfo, 2) => (Content.Nested, Message.Type),
        (Message.ValueInfo, 1 or 3) => (Content.Text, default),
        (Message.Type, 1) => (Content.Nested, Message.TensorType),
        (Message.TensorType, 2) => (Content.Nested, Message.Shape),
        (Message.Shape, 1) => (Content.Nested, Message.Dimension),
        (Message.Dimension, 2) => (Content.Text, default),
        (Message.OperatorSet or Message.Entry or Message.Function, 1 or 2 or 10) => (Content.Text, default),
        (Message.SparseTensor, 1) => (Content.Nested, Message.Tensor),
        _ => (Content.Unknown, default),
    };

    private string? Walk(int position, int end, Message message, int depth)
    {
        if (++messages > MostMessages)
        {
            return $"it has more than {MostMessages} nodes, tensors and attributes, which no recurrent model needs";
        }

        if (depth > MostDepth)
        {
            return "its graphs are nested too deeply";
        }

        bool hasFixedNumbers = false;
        while (position < end)
        {
            if (!ReadVarint(ref position, end, out ulong tag) || tag > uint.MaxValue || tag >> 3 == 0)
            {
                return Broken(position);
            }

            (Content content, Message nested) = Describe(message, (int)(tag >> 3));
            switch (tag & 7)
            {
                case 0 when ReadVarint(ref position, end, out _):
                    numbers += content == Content.Varints ? 1 : 0;
                    break;
                case 1 when end - position >= sizeof(ulong):
                    position += sizeof(ulong);
                    numbers += content == Content.FixedNumbers ? 1 : 0;
                    break;
                case 5 when end - position >= sizeof(uint):
                    position += sizeof(uint);
                    numbers += content == Content.FixedNumbers ? 1 : 0;
                    break;
                case 2 when ReadVarint(ref position, end, out ulong length) && length <= (ulong)(end - position):
                    int next = position + (int)length;
                    if (content == Content.Nested && Walk(position, next, nested, depth + 1) is { } problem)
                    {
                        return problem;
                    }

                    // Room for one run of numbers is taken at once, for a second by doubling.
                    if (content == Content.FixedNumbers && hasFixedNumbers)
                    {
                        return "the numbers of a tensor are written in pieces; save the model again";
                    }

                    hasFixedNumbers |= content == Content.FixedNumbers;
                    Count(content, position, next);
                    position = next;
                    break;
                default:
                    return Broken(position);
            }

            if (numbers > MostNumbers || strings > MostStrings || characters > MostCharacters)
            {
                return $"it holds more than {MostNumbers} whole numbers or {MostCharacters} characters of text outside raw data; save its tensors as raw data and without comments";
            }
        }

        return null;
    }

    private void Count(Content content, int position, int end)
    {
        switch (content)
        {
            case Content.Text:
                strings++;
                characters += end - position;
                break;
            case Content.Bytes:
                strings++;
                break;
            case Content.Varints:
                foreach (byte each in contents[position..end])
                {
                    numbers += each < 0x80 ? 1 : 0;
                }

                break;
        }
    }

    private readonly bool ReadVarint(ref int position, int end, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && position < end; shift += 7)
        {
            byte next = contents[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static string Broken(int position) => $"it is no ONNX file, or a damaged one: what stands at byte {position} cannot be read";
}
