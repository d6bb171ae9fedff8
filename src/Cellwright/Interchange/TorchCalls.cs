using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>The few names that a pickle of tensors may mention, and what each makes. Nothing of Python is run.</summary>
internal static class TorchCalls
{
    private const string OrderedDictionary = "collections.OrderedDict";
    private const string Tensor = "torch._utils._rebuild_tensor";
    private const string TensorWithHooks = "torch._utils._rebuild_tensor_v2";
    private const string Parameter = "torch._utils._rebuild_parameter";
    private const string Size = "torch.Size";
    private const int MostDimensions = 64;

    private static readonly Dictionary<string, SafetensorsType> Storages = new(StringComparer.Ordinal)
    {
        ["torch.DoubleStorage"] = SafetensorsType.Float64,
        ["torch.FloatStorage"] = SafetensorsType.Float32,
        ["torch.HalfStorage"] = SafetensorsType.Float16,
        ["torch.BFloat16Storage"] = SafetensorsType.BFloat16,
        ["torch.LongStorage"] = SafetensorsType.Int64,
        ["torch.IntStorage"] = SafetensorsType.Int32,
        ["torch.ShortStorage"] = SafetensorsType.Int16,
        ["torch.CharStorage"] = SafetensorsType.Int8,
        ["torch.ByteStorage"] = SafetensorsType.UInt8,
        ["torch.BoolStorage"] = SafetensorsType.Boolean,
    };

    /// <summary>Whether a name may be mentioned.</summary>
    public static bool IsKnown(string name) => name is OrderedDictionary or Tensor or TensorWithHooks or Parameter or Size || Storages.ContainsKey(name);

    /// <summary>The class of storages of a type, without its module.</summary>
    public static string StorageOf(SafetensorsType type) => Storages.First(pair => pair.Value == type).Key["torch.".Length..];

    /// <summary>What a call makes; null where its arguments are none for it.</summary>
    /// <param name="name">The name called.</param>
    /// <param name="arguments">What it is called with.</param>
    public static object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        (OrderedDictionary, []) => new PickleDictionary([]),
        (OrderedDictionary, [PickleList pairs]) => OfPairs(pairs),
        (Tensor, [TorchStorage storage, long offset, PickleTuple sizes, PickleTuple strides]) => Rebuilt(storage, offset, sizes, strides),
        (TensorWithHooks, [TorchStorage storage, long offset, PickleTuple sizes, PickleTuple strides, _, _, ..]) => Rebuilt(storage, offset, sizes, strides),
        (Parameter, [TorchTensor data, _, _]) => data,
        (Size, [PickleTuple sizes]) => sizes,
        _ => null,
    };

    /// <summary>The storage that a persistent id names, ('storage', class, key, device, count); null where it is none.</summary>
    public static TorchStorage? Storage(object? id) =>
        id is PickleTuple { Items: ["storage", PickleName name, string key, string, long and >= 0 and var count] } && Storages.TryGetValue(name.Name, out SafetensorsType type)
            ? new TorchStorage(type, key, count)
            : null;

    private static PickleDictionary? OfPairs(PickleList pairs) => pairs.Items.TrueForAll(item => item is PickleTuple { Items.Length: 2 } or PickleList { Items.Count: 2 })
        ? new PickleDictionary([.. pairs.Items.Select(item => item is PickleTuple { Items: [var key, var value] } ? KeyValuePair.Create(key, value)
            : KeyValuePair.Create(((PickleList)item!).Items[0], ((PickleList)item).Items[1]))])
        : null;

    private static TorchTensor? Rebuilt(TorchStorage storage, long offset, PickleTuple sizes, PickleTuple strides) =>
        sizes.Items.Length <= MostDimensions && Numbers(sizes) is { } size && Numbers(strides) is { } stride && new TorchTensor(storage, offset, size, stride) is { Fits: true } tensor
            ? tensor
            : null;

    private static long[]? Numbers(PickleTuple tuple) => Array.TrueForAll(tuple.Items, item => item is long) ? [.. tuple.Items.Select(item => (long)item!)] : null;
}
