using System.Text;

namespace Cellwright.Tasks;

/// <summary>From a character to its symbol, in pages of 256 code points; -1 for a character that has none.</summary>
internal sealed class SymbolTable
{
    private const int PageLength = 256;
    private const int Pages = 0x110000 / PageLength;

    private static readonly int[] NoSymbols = Page();

    private readonly int[][] pages = [.. Enumerable.Repeat(NoSymbols, Pages)];

    /// <summary>The symbols of characters, in their order.</summary>
    public SymbolTable(IEnumerable<Rune> characters)
    {
        int symbol = 0;
        foreach (Rune character in characters)
        {
            ref int[] page = ref pages[character.Value / PageLength];
            page = page == NoSymbols ? Page() : page;
            page[character.Value % PageLength] = symbol++;
        }
    }

    /// <summary>The symbol of a code point.</summary>
    public int this[int codePoint] => pages[codePoint / PageLength][codePoint % PageLength];

    private static int[] Page()
    {
        int[] page = new int[PageLength];
        page.AsSpan().Fill(-1);
        return page;
    }
}
