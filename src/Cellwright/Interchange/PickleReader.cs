using System.Buffers.Binary;
using System.Text;
using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>
/// Reads a pickle as data: the few operations that a state_dict needs, and the names that <see cref="TorchCalls"/> knows. Python
/// would import and call whatever a pickle names; here any other name or operation is refused with it, and nothing runs.
/// </summary>
/// <remarks>Source: CPython, Lib/pickletools.py (the operations of protocols 0 to 5); the allow-list follows torch._weights_only_unpickler.</remarks>
internal sealed class PickleReader
{
    // What a value takes beside its characters or items; a budget of it keeps a small file from becoming much memory.
    private const int ValueCost = 96;
    private const int ItemCost = 24;
    private const long FreeCost = 8 << 20;
    private const int LongestNumber = 8;

    private readonly string file;
    private readonly byte[] bytes;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];
    private long budget;
    private int place;

    private PickleReader(byte[] bytes, long fileLength, string file)
    {
        this.bytes = bytes;
        this.file = file;
        budget = FreeCost + (fileLength / 2);
    }

    /// <summary>Reads a pickle.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="fileLength">The length of the file it is in, which bounds the values that it may make.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <exception cref="InvalidFileException">It is damaged, or asks for something that is not allowed; the message names it.</exception>
    public static object? Read(byte[] bytes, long fileLength, string file) => new PickleReader(bytes, fileLength, file).Read();

    private object? Read()
    {
        while (true)
        {
            int at = place;
            byte code = Take(1)[0];
            switch ((char)code)
            {
                case '.':
                    return Pop();
                case '\x80':
                    Take(1);
                    break;
                case '\x95':
                    Take(8);
                    break;
                case '(':
                    Spend(ItemCost);
                    marks.Add(stack.Count);
                    break;
                case '0':
                    Pop();
                    break;
                case '1':
                    PopMark();
                    break;
                case '2':
                    Push(Top());
                    break;
                case 'c':
                    PushName(Line() + "." + Line());
                    break;
                case '\x93':
                    (object? name, object? module) = (Pop(), Pop());
                    PushName($"{module as string ?? throw Invalid("names no module as text")}.{name as string ?? throw Invalid("names no class as text")}");
                    break;
                case 'R':
                    Reduce();
                    break;
                case 'Q':
                    object? id = Pop();
                    Push(TorchCalls.Storage(id) ?? throw Invalid("refers to something outside of it that is no storage of numbers"));
                    break;
                case 'b':
                    Build();
                    break;
                case 'q':
                    memo[Take(1)[0]] = Remembered();
                    break;
                case 'r':
                    memo[Number(4)] = Remembered();
                    break;
                case '\x94':
                    memo[memo.Count] = Remembered();
                    break;
                case 'h':
                    Push(Recall(Take(1)[0]));
                    break;
                case 'j':
                    Push(Recall(Number(4)));
                    break;
                default:
                    if (!ReadContainer((char)code) && !ReadPlain((char)code))
                    {
                        throw Invalid($"uses the operation {Name(code)} at byte {at}, which tensors do not need");
                    }

                    break;
            }
        }
    }

    private bool ReadContainer(char code)
    {
        switch (code)
        {
            case ')':
                Push(new PickleTuple([]));
                return true;
            case '\x85':
            case '\x86':
            case '\x87':
                Push(new PickleTuple(PopItems(Floor(code - '\x84'))));
                return true;
            case 't':
                Push(new PickleTuple(PopMark()));
                return true;
            case ']':
                Push(new PickleList([]));
                return true;
            case 'l':
                Push(new PickleList([.. PopMark()]));
                return true;
            case '}':
                Push(new PickleDictionary([]));
                return true;
            case 'd':
                object?[] pairs = PopMark();
                Push(new PickleDictionary([]));
                Set(pairs);
                return true;
            case 'a':
                object? item = Pop();
                Append([item]);
                return true;
            case 'e':
                Append(PopMark());
                return true;
            case 's':
                Set(PopItems(Floor(2)));
                return true;
            case 'u':
                Set(PopMark());
                return true;
            default:
                return false;
        }
    }

    private bool ReadPlain(char code)
    {
        switch (code)
        {
            case 'N':
                Push(null);
                return true;
            case '\x88':
                Push(true);
                return true;
            case '\x89':
                Push(false);
                return true;
            case 'K':
                Push((long)Take(1)[0]);
                return true;
            case 'M':
                Push(Number(2));
                return true;
            case 'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                return true;
            case '\x8a':
                Push(LongNumber(Take(1)[0]));
                return true;
            case 'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                return true;
            case 'X':
                Push(Text(Take(Number(4))));
                return true;
            case '\x8c':
                Push(Text(Take(Take(1)[0])));
                return true;
            case '\x8d':
                Push(Text(Take(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))))));
                return true;
            case 'U':
                Push(Text(Take(Take(1)[0])));
                return true;
            case 'C':
                Take(Take(1)[0]);
                Push(new PickleTuple([]));
                return true;
            default:
                return false;
        }
    }

    private void PushName(string name) => Push(TorchCalls.IsKnown(name)
        ? new PickleName(name)
        : throw Invalid(name.StartsWith("torch.nn.", StringComparison.Ordinal)
            ? $"is a whole module: it wants '{Shown(name)}' to be made, and only tensors are read; save model.state_dict() instead (nothing was run)"
            : $"wants '{Shown(name)}', which tensors do not need; it was refused and nothing was run"));

    private void Reduce()
    {
        object? arguments = Pop();
        object? called = Pop();
        if (called is not PickleName name || arguments is not PickleTuple tuple)
        {
            throw Invalid("calls something that is no name it may call");
        }

        Push(TorchCalls.Call(name.Name, tuple.Items) ?? throw Invalid($"calls '{name.Name}' with arguments that it does not take, or that reach outside of the storage"));
    }

    // An OrderedDict may carry attributes, such as the _metadata of a state_dict; they are left out.
    private void Build()
    {
        object? state = Pop();
        if (Top() is not PickleDictionary || state is not PickleDictionary)
        {
            throw Invalid("sets the attributes of something other than a dictionary");
        }
    }

    private void Append(ReadOnlySpan<object?> items)
    {
        if (Top() is not PickleList list)
        {
            throw Invalid("adds items to something other than a list");
        }

        Spend((long)items.Length * ItemCost);
        list.Items.AddRange(items);
    }

    private void Set(object?[] items)
    {
        if (Top() is not PickleDictionary dictionary || items.Length % 2 != 0)
        {
            throw Invalid("sets items of something other than a dictionary");
        }

        Spend((long)items.Length * ItemCost);
        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary.Items.Add(KeyValuePair.Create(items[i], items[i + 1]));
        }
    }

    private void Push(object? value)
    {
        Spend(ValueCost);
        stack.Add(value);
    }

    private object? Pop()
    {
        object? value = Top();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object? Top() => stack.Count > Bottom ? stack[^1] : throw Invalid("takes a value where there is none");

    // Values below the last mark are out of reach.
    private int Bottom => marks.Count == 0 ? 0 : marks[^1];

    private int Floor(int count) => stack.Count - count >= Bottom ? stack.Count - count : throw Invalid("takes a value where there is none");

    private object?[] PopMark()
    {
        if (marks.Count == 0)
        {
            throw Invalid("ends a group that it did not begin");
        }

        int floor = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        return PopItems(floor);
    }

    private object?[] PopItems(int floor)
    {
        Spend((long)(stack.Count - floor) * ItemCost);
        object?[] items = [.. stack[floor..]];
        stack.RemoveRange(floor, stack.Count - floor);
        return items;
    }

    private object? Remembered()
    {
        Spend(ValueCost);
        return Top();
    }

    private object? Recall(long index) => memo.TryGetValue(index, out object? value) ? value : throw Invalid("recalls a value that it did not keep");

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > bytes.Length - place)
        {
            throw Invalid("ends in the middle of an operation; it is cut short or damaged");
        }

        place += (int)count;
        return bytes.AsSpan(place - (int)count, (int)count);
    }

    private long Number(int length) => length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(Take(2)) : BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private long Length(ulong length) => length <= (ulong)bytes.Length ? (long)length : throw Invalid("has a text longer than itself");

    // Two's complement, little-endian, as many bytes as it takes.
    private long LongNumber(int length)
    {
        ReadOnlySpan<byte> digits = Take(length);
        if (length > LongestNumber)
        {
            throw Invalid("has a whole number of more than 64 bits");
        }

        long value = length > 0 && (digits[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = length - 1; i >= 0; i--)
        {
            value = (value << 8) | digits[i];
        }

        return value;
    }

    private string Line()
    {
        int length = bytes.AsSpan(place).IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Invalid("ends in the middle of a name; it is cut short or damaged");
        }

        string line = Text(Take(length));
        Take(1);
        return line;
    }

    private string Text(ReadOnlySpan<byte> text)
    {
        Spend(2L * text.Length);
        return Encoding.UTF8.GetString(text);
    }

    private void Spend(long cost)
    {
        budget -= cost;
        if (budget < 0)
        {
            throw Invalid("has far more values than tensors need");
        }
    }

    private static string Shown(string name) => name.Length <= 80 ? name : name[..80] + "…";

    private static string Name(byte code) => code switch
    {
        (byte)'i' => "INST",
        (byte)'o' => "OBJ",
        0x81 => "NEWOBJ",
        0x92 => "NEWOBJ_EX",
        0x82 or 0x83 or 0x84 => "EXT",
        (byte)'P' => "PERSID",
        (byte)'B' => "BINBYTES",
        0x8f => "EMPTY_SET",
        _ => FormattableString.Invariant($"0x{code:x2}"),
    };

    private InvalidFileException Invalid(string problem) => new(file, $"its pickle {problem}.");
}
