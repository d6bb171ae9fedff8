namespace Cellwright.Programs;

/// <summary>
/// A moment within a pass. Each phase runs elementwise work 0, products 1, elementwise work 1, products 2, …;
/// the position of elementwise work is the number of product levels before it.
/// </summary>
/// <param name="Phase">The phase.</param>
/// <param name="Level">The number of product levels of the phase that come first.</param>
internal readonly record struct Position(Phase Phase, int Level) : IComparable<Position>
{
    public int CompareTo(Position other) => Phase != other.Phase ? Phase.CompareTo(other.Phase) : Level.CompareTo(other.Level);

    public static Position Later(Position a, Position b) => a.CompareTo(b) >= 0 ? a : b;

    public static Position Earlier(Position a, Position b) => a.CompareTo(b) <= 0 ? a : b;
}
