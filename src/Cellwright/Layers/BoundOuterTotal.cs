using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>A weight gradient: where its factors lie, in memory and in the program, and where its sum goes.</summary>
internal readonly record struct BoundOuterTotal(BoundPlace Left, BoundPlace Right, OnceValue Sum, Place LeftOf, Place RightOf);
