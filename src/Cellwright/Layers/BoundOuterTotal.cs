namespace Cellwright.Layers;

/// <summary>A weight gradient: where its factors lie and where its sum goes.</summary>
internal readonly record struct BoundOuterTotal(BoundPlace Left, BoundPlace Right, OnceValue Sum);
