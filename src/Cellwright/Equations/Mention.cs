namespace Cellwright.Equations;

/// <summary>A name in a right side.</summary>
/// <param name="Name">The name with its marks.</param>
/// <param name="IsBeforeBracket">Whether a round bracket follows it without an operator.</param>
internal readonly record struct Mention(NameSyntax Name, bool IsBeforeBracket)
{
    /// <summary>The names of an expression from left to right.</summary>
    /// <param name="source">The text.</param>
    /// <param name="syntax">The expression.</param>
    /// <param name="isNumberE">Whether e is the base of the natural logarithm here, and no name.</param>
    public static List<Mention> In(SourceText source, Syntax syntax, bool isNumberE)
    {
        List<Mention> found = [];
        Collect(syntax, false);
        return found;

        void Collect(Syntax part, bool beforeBracket)
        {
            switch (part)
            {
                case NameSyntax name:
                    found.Add(new Mention(name, beforeBracket));
                    break;
                case GroupSyntax group:
                    Collect(group.Inner, false);
                    break;
                case ListSyntax list:
                    foreach (Syntax item in list.Items)
                    {
                        Collect(item, false);
                    }

                    break;
                case PowerSyntax power:
                    if (!(isNumberE && IsE(power.Base)))
                    {
                        Collect(power.Base, false);
                    }

                    Collect(power.Exponent, false);
                    break;
                case TransposeSyntax transpose:
                    Collect(transpose.Inner, false);
                    break;
                case RunSyntax run:
                    for (int i = 0; i < run.Factors.Count; i++)
                    {
                        bool bracket = i + 1 < run.Factors.Count && !run.Factors[i + 1].FollowsDot && source.Text[run.Factors[i + 1].Syntax.Span.Start] == '(';
                        Collect(run.Factors[i].Syntax, bracket);
                    }

                    break;
                case ProductSyntax product:
                    Collect(product.First, false);
                    foreach (Operand operand in product.Rest)
                    {
                        Collect(operand.Syntax, false);
                    }

                    break;
                case SumSyntax sum:
                    foreach (Term term in sum.Terms)
                    {
                        Collect(term.Syntax, false);
                    }

                    break;
            }
        }
    }

    public static bool IsE(Syntax syntax) => syntax is NameSyntax { Text: "e", Time: null, IsInitial: false };
}
