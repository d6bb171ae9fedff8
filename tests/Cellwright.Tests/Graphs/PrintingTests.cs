using System.Xml.Linq;
using Cellwright.Equations;
using Cellwright.Graphs;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Graphs;

public class PrintingTests
{
    public static TheoryData<string> Zoo => [.. Cell.Names];

    [Theory]
    [InlineData(EquationNotation.Text, Brackets.All)]
    [InlineData(EquationNotation.Text, Brackets.Few)]
    [InlineData(EquationNotation.Latex, Brackets.All)]
    [InlineData(EquationNotation.Latex, Brackets.Few)]
    public void A_random_cell_printed_parses_to_the_same_graph(EquationNotation notation, Brackets brackets)
    {
        int read = 0;
        Prop.ForAll(RandomCell.Arbitrary, choices =>
        {
            if (Read(RandomCell.Of(choices)) is { } cell)
            {
                read++;
                ShouldReadTheSame(cell, notation, brackets);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(17, 2027));
        read.ShouldBeGreaterThanOrEqualTo(250);
    }

    [Theory]
    [MemberData(nameof(Zoo))]
    public void A_cell_of_the_zoo_printed_parses_to_the_same_graph(string name) => ShouldReadTheSameInAllWays(Cell.Named(name));

    [Theory]
    [MemberData(nameof(NoteCells.Names), MemberType = typeof(NoteCells))]
    public void A_cell_of_the_notes_printed_parses_to_the_same_graph(string name) => ShouldReadTheSameInAllWays(Cell.Parse(NoteCells.All[name]));

    [Theory]
    [MemberData(nameof(Zoo))]
    public void MathML_is_well_formed_and_has_a_row_for_each_equation(string name)
    {
        Cell cell = Cell.Named(name);
        XElement math = XElement.Parse(string.Join('\n', cell.Print(EquationNotation.Mathml)));
        math.Name.LocalName.ShouldBe("math");
        math.Descendants().Count(element => element.Name.LocalName == "mtr").ShouldBe(cell.Print().Count(line => line.Contains(" = ", StringComparison.Ordinal) && line.Split(' ')[0] is not ("init" or "width" or "blocks")));
        foreach (XElement script in math.Descendants().Where(element => element.Name.LocalName is "msub" or "msup" or "mover" or "mfrac"))
        {
            script.Elements().Count().ShouldBe(2);
        }

        XElement.Parse(string.Join('\n', cell.PrintGradients(EquationNotation.Mathml))).Descendants().ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Zoo))]
    public void Backward_equations_name_what_they_share(string name)
    {
        string[] lines = [.. Cell.Named(name).PrintGradients()];
        lines.ShouldAllBe(line => line.Length < 200);
        string[] named = [.. lines.Select(line => line.Split(' ')[0]).Where(left => left.StartsWith("v_", StringComparison.Ordinal))];
        named.ShouldBeUnique();
        foreach (string value in named)
        {
            lines.Count(line => line.Split(" = ", 2)[1].Split(' ', '(', ')', '[', ']', '^', '-', ',', '{').Contains(value)).ShouldBeGreaterThan(0, value);
        }
    }

    private static void ShouldReadTheSameInAllWays(Cell cell)
    {
        foreach (Brackets brackets in Enum.GetValues<Brackets>())
        {
            ShouldReadTheSame(cell, EquationNotation.Text, brackets);
            ShouldReadTheSame(cell, EquationNotation.Latex, brackets);
        }
    }

    private static void ShouldReadTheSame(Cell cell, EquationNotation notation, Brackets brackets)
    {
        string printed = string.Join('\n', cell.Print(notation, brackets));
        string reason = $"{cell.Text}\nwas printed as\n{printed}";
        Cell again = Should.NotThrow(() => Cell.Parse(printed), reason);
        GraphSignature.Of(again.Graph).ShouldBe(GraphSignature.Of(cell.Graph), reason);
        again.Equations.Order().ShouldBe(cell.Equations.Order(), reason);
    }

    private static Cell? Read(string text)
    {
        try
        {
            return Cell.Parse(text);
        }
        catch (EquationException)
        {
            return null;
        }
    }
}
