using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>
/// A weight gradient: where its factors lie, in memory and in the program, where its sum goes, and which bias gradient is
/// summed up along with it, if one is: its sum lies behind the last row of the weight gradient's.
/// </summary>
internal readonly record struct BoundOuterTotal(BoundPlace Left, BoundPlace Right, OnceValue Sum, Place LeftOf, Place RightOf, BoundColumnTotal? Bias);
