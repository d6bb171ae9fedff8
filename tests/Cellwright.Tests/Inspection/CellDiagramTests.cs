using Cellwright.Graphs;
using Cellwright.Inspection;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class CellDiagramTests
{
    [Fact]
    public void The_lstms_state_runs_on_a_belt_through_one_product_and_one_sum()
    {
        CellDiagram diagram = CellDiagram.Of(Cell.Named("lstm"));

        DiagramState c = diagram.States.Single(state => state.Name == "c");
        c.Belt.Select(id => diagram.Elements[id].Label).ShouldBe(["×", "+"]);
        diagram.States.Single(state => state.Name == "h").Belt.ShouldBeEmpty();
        diagram.Elements.Where(element => element.Kind == DiagramElementKind.Layer).Select(element => (element.Owner, element.Label, string.Join(' ', element.Parameters.Order())))
            .ShouldBe([("i", "σ", "U_i W_i b_i"), ("f", "σ", "U_f W_f b_f"), ("g", "tanh", "U_g W_g b_g"), ("o", "σ", "U_o W_o b_o")], ignoreOrder: true);
        diagram.Elements[diagram.Output].Names.ShouldBe(["h"]);
    }

    [Fact]
    public void The_gru_carries_its_one_state_on_a_belt() =>
        CellDiagram.Of(Cell.Named("gru")).States.ShouldHaveSingleItem().Belt.Count.ShouldBe(2);

    [Fact]
    public void In_every_cell_of_the_zoo_an_element_stands_behind_what_it_reads_and_every_signal_has_one()
    {
        foreach (Cell cell in Cell.Names.Select(Cell.Named))
        {
            CellDiagram diagram = CellDiagram.Of(cell);

            diagram.Elements.ShouldAllBe(element => element.Reads.All(read => read < element.Id), cell.Name);
            diagram.States.ShouldAllBe(state => state.Next >= 0 && state.Belt.All(id => id >= 0), cell.Name);
            diagram.Output.ShouldBeInRange(0, diagram.Elements.Count - 1, cell.Name);
        }
    }
}
