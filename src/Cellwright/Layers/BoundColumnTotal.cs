namespace Cellwright.Layers;

/// <summary>A bias gradient: where its value lies and where its sum goes.</summary>
internal readonly record struct BoundColumnTotal(BoundPlace Place, OnceValue Sum);
