using System.Collections.Immutable;
using System.Text.Json;

namespace Cellwright.Files;

/// <summary>The header of a safetensors file, checked against the length of the data that follows it.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, in bytes.</summary>
    public const long LongestHeader = 100_000_000;

    /// <summary>The header's key for the metadata.</summary>
    public const string MetadataKey = "__metadata__";

    private readonly string file;
    private readonly long dataLength;

    private SafetensorsHeader(string file, long dataLength)
    {
        this.file = file;
        this.dataLength = dataLength;
    }

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SafetensorsEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>The length of the header that the first eight bytes claim, if it fits the file.</summary>
    public static int CheckedLength(ulong claimed, long fileLength, string file)
    {
        if (claimed > LongestHeader)
        {
            throw new InvalidFileException(file, $"its first eight bytes claim a header of {claimed} bytes, above the limit of {LongestHeader}; it is not a safetensors file.");
        }

        long available = fileLength - sizeof(ulong);
        if ((long)claimed > available)
        {
            throw new InvalidFileException(file, $"its first eight bytes claim a header of {claimed} bytes where {available} follow; it is cut short or not a safetensors file.");
        }

        return (int)claimed;
    }

    /// <summary>Reads a header's JSON and checks every tensor against the length of the data.</summary>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength, string file)
    {
        var header = new SafetensorsHeader(file, dataLength);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            header.ReadRoot(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new InvalidFileException(file, $"the header is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}); it is damaged or not a safetensors file.", exception);
        }

        header.CheckLayout();
        return header;
    }

    /// <summary>A name as a message shows it: in quotes, and not longer than a line.</summary>
    public static string Quote(string name) => name.Length <= 80 ? $"\"{name}\"" : $"\"{name[..80]}…\"";

    private void ReadRoot(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("the header is not a JSON object.");
        }

        bool hasMetadata = false;
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string name = NameOf(property);
            if (name == MetadataKey)
            {
                if (hasMetadata)
                {
                    throw Invalid($"the header has {MetadataKey} twice.");
                }

                hasMetadata = true;
                ReadMetadata(property.Value);
            }
            else if (!Entries.TryAdd(name, ReadEntry(name, property.Value)))
            {
                throw Invalid($"the header has the tensor {Quote(name)} twice.");
            }
        }
    }

    private void ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"{MetadataKey} is not a JSON object of strings.");
        }

        foreach (JsonProperty property in metadata.EnumerateObject())
        {
            string name = NameOf(property);
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                throw Invalid($"the metadata {Quote(name)} is not a string.");
            }

            if (!Metadata.TryAdd(name, TextOf(property.Value)))
            {
                throw Invalid($"the header has the metadata {Quote(name)} twice.");
            }
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"the tensor {Quote(name)} is not described by a JSON object.");
        }

        JsonElement? dtype = null;
        JsonElement? shape = null;
        JsonElement? offsets = null;
        foreach (JsonProperty property in entry.EnumerateObject())
        {
            switch (NameOf(property))
            {
                case "dtype":
                    SetOnce(ref dtype, property, name);
                    break;
                case "shape":
                    SetOnce(ref shape, property, name);
                    break;
                case "data_offsets":
                    SetOnce(ref offsets, property, name);
                    break;
            }
        }

        SafetensorsType type = TypeOf(dtype, name);
        ImmutableArray<int> sizes = SizesOf(shape, name);
        (long begin, long end) = OffsetsOf(offsets, name);
        CheckSize(name, type, sizes, end - begin);
        return new SafetensorsEntry(name, type, sizes, begin, end);
    }

    private SafetensorsType TypeOf(JsonElement? dtype, string name)
    {
        if (dtype is not { ValueKind: JsonValueKind.String } value)
        {
            throw Invalid($"the tensor {Quote(name)} has no \"dtype\" that is a string.");
        }

        string code = TextOf(value);
        return SafetensorsTypeCode.TryParse(code, out SafetensorsType type)
            ? type
            : throw Invalid($"the tensor {Quote(name)} has the element type {Quote(code)}; expected one of {SafetensorsTypeCode.All}.");
    }

    private ImmutableArray<int> SizesOf(JsonElement? shape, string name)
    {
        if (shape is not { ValueKind: JsonValueKind.Array } value)
        {
            throw Invalid($"the tensor {Quote(name)} has no \"shape\" that is a list.");
        }

        ImmutableArray<int>.Builder sizes = ImmutableArray.CreateBuilder<int>();
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int size) || size < 0)
            {
                throw Invalid($"the shape of the tensor {Quote(name)} has a size that is not a whole number from 0 to {int.MaxValue}.");
            }

            sizes.Add(size);
        }

        return sizes.ToImmutable();
    }

    private (long Begin, long End) OffsetsOf(JsonElement? offsets, string name)
    {
        if (offsets is not { ValueKind: JsonValueKind.Array } value
            || value.GetArrayLength() != 2
            || value[0].ValueKind != JsonValueKind.Number || !value[0].TryGetInt64(out long begin)
            || value[1].ValueKind != JsonValueKind.Number || !value[1].TryGetInt64(out long end))
        {
            throw Invalid($"the tensor {Quote(name)} has no \"data_offsets\" of two whole numbers.");
        }

        return begin >= 0 && begin <= end && end <= dataLength
            ? (begin, end)
            : throw Invalid($"the tensor {Quote(name)} claims the bytes {begin} to {end} of a data section of {dataLength}; it is cut short or damaged.");
    }

    private void CheckSize(string name, SafetensorsType type, ImmutableArray<int> sizes, long length)
    {
        UInt128 bytes = (UInt128)type.Size();
        foreach (int size in sizes)
        {
            // A product beyond any file stops here; one that a later zero would undo is no shape to accept.
            bytes *= (UInt128)size;
            if (bytes > long.MaxValue)
            {
                break;
            }
        }

        if (bytes != (UInt128)length)
        {
            throw Invalid($"the tensor {Quote(name)} has {length} bytes where its shape and type need {bytes}.");
        }
    }

    private void CheckLayout()
    {
        long end = 0;
        string previous = "the header";
        foreach (SafetensorsEntry entry in Entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin < end)
            {
                throw Invalid($"the tensor {Quote(entry.Name)} overlaps {previous}.");
            }

            if (entry.Begin > end)
            {
                throw Invalid($"{entry.Begin - end} bytes between {previous} and the tensor {Quote(entry.Name)} belong to no tensor.");
            }

            end = entry.End;
            previous = $"the tensor {Quote(entry.Name)}";
        }

        if (end != dataLength)
        {
            throw Invalid($"{dataLength - end} bytes after {previous} belong to no tensor.");
        }
    }

    private void SetOnce(ref JsonElement? field, JsonProperty property, string name)
    {
        if (field is not null)
        {
            throw Invalid($"the tensor {Quote(name)} has a field twice.");
        }

        field = property.Value;
    }

    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw BrokenText(exception);
        }
    }

    private string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw BrokenText(exception);
        }
    }

    // JSON keeps strings as they stand until they are asked for, and only then finds broken characters.
    private InvalidFileException BrokenText(InvalidOperationException cause) =>
        new(file, "the header has a string that is not valid UTF-8.", cause);

    private InvalidFileException Invalid(string problem) => new(file, problem);
}
