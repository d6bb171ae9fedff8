using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Graphs;

public class CellTests
{
    [Theory]
    [MemberData(nameof(NoteCells.Names), MemberType = typeof(NoteCells))]
    public void What_a_cell_prints_parses_to_the_same_graph(string name)
    {
        Cell cell = Cell.Parse(NoteCells.All[name]);
        Cell again = Cell.Parse(string.Join('\n', cell.Equations));
        GraphSignature.Of(again.Graph).ShouldBe(GraphSignature.Of(cell.Graph));
        again.Equations.ShouldBe(cell.Equations);
    }
}
