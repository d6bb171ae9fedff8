using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Cellwright.ApiReference;

/// <summary>The XML comments of some assemblies as Markdown, with what they inherit.</summary>
/// <param name="compilation">Finds what references mean.</param>
/// <param name="assemblies">The assemblies, whose types have pages.</param>
internal sealed partial class DocumentationComments(Compilation compilation, IReadOnlyList<IAssemblySymbol> assemblies)
{
    /// <summary>What is said of a type or member.</summary>
    public Documentation Of(ISymbol symbol)
    {
        XElement comment = Comment(symbol, depth: 0);
        List<string> rest = [];
        rest.AddRange(Texts(comment, "typeparam", symbol).Select(text => "Type parameter " + text));
        rest.AddRange(Texts(comment, "returns", symbol).Select(text => "Returns: " + text));
        IEnumerable<string> errors = comment.Elements("exception").Select(error => $"- {Reference(error.Attribute("cref")?.Value, symbol)}: {Text(error, symbol)}");
        if (errors.Any())
        {
            rest.Add("Throws:\n\n" + string.Join('\n', errors));
        }

        rest.AddRange(Texts(comment, "remarks", symbol));
        rest.AddRange(Texts(comment, "example", symbol));
        return new Documentation(
            string.Join(' ', Texts(comment, "summary", symbol)),
            [.. comment.Elements("param").Where(parameter => !IsProperty(symbol, parameter)).Select(parameter => (parameter.Attribute("name")!.Value, Text(parameter, symbol)))],
            rest);
    }

    /// <summary>The anchor of a type's heading.</summary>
    public static string Anchor(INamedTypeSymbol type) => type.Name.ToLowerInvariant();

    // The parameters of a record are described where its properties stand.
    private static bool IsProperty(ISymbol symbol, XElement parameter) =>
        symbol is INamedTypeSymbol { IsRecord: true } record && record.GetMembers(parameter.Attribute("name")!.Value).OfType<IPropertySymbol>().Any();

    private IEnumerable<string> Texts(XElement comment, string element, ISymbol symbol) =>
        comment.Elements(element).Select(each => Text(each, symbol)).Where(text => text.Length > 0);

    private XElement Comment(ISymbol symbol, int depth)
    {
        string? xml = symbol.GetDocumentationCommentXml();
        XElement comment = string.IsNullOrEmpty(xml) ? new XElement("member") : XElement.Parse(xml, LoadOptions.PreserveWhitespace);
        if (symbol is IPropertySymbol { ContainingType: { IsRecord: true } record } && comment.Element("summary") is null)
        {
            XElement? parameter = Comment(record, depth + 1).Elements("param").FirstOrDefault(each => each.Attribute("name")?.Value == symbol.Name);
            return parameter is null ? comment : new XElement("member", new XElement("summary", parameter.Nodes()));
        }

        if (comment.Element("inheritdoc") is { } inherit && depth < 8)
        {
            ISymbol? source = inherit.Attribute("cref")?.Value is { } reference ? DocumentationCommentId.GetFirstSymbolForDeclarationId(reference, compilation) : Above(symbol);
            if (source is not null)
            {
                Inherit(comment, source, Comment(source, depth + 1));
            }
        }

        return comment;
    }

    // What a comment says itself goes before what it inherits.
    private static void Inherit(XElement comment, ISymbol source, XElement inherited)
    {
        foreach (XElement element in inherited.Elements())
        {
            string? name = element.Attribute("name")?.Value ?? element.Attribute("cref")?.Value;
            if (!comment.Elements(element.Name).Any(own => (own.Attribute("name")?.Value ?? own.Attribute("cref")?.Value) == name))
            {
                comment.Add(element);
            }
        }

        if (!comment.Elements("summary").Any())
        {
            comment.Add(new XElement("summary", "As ", new XElement("see", new XAttribute("cref", source.GetDocumentationCommentId() ?? source.Name)), " says."));
        }
    }

    private static ISymbol? Above(ISymbol symbol)
    {
        ISymbol? overridden = symbol switch
        {
            IMethodSymbol method => method.OverriddenMethod,
            IPropertySymbol property => property.OverriddenProperty,
            INamedTypeSymbol type => type.BaseType,
            _ => null,
        };
        return overridden ?? symbol.ContainingType?.AllInterfaces.SelectMany(each => each.GetMembers())
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol));
    }

    private string Text(XElement element, ISymbol symbol)
    {
        StringBuilder text = new();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => Space().Replace(plain.Value, " "),
                XElement { Name.LocalName: "code" } code => $"\n\n```csharp\n{Unindented(code.Value)}\n```\n\n",
                XElement { Name.LocalName: "para" } paragraph => $"\n\n{Text(paragraph, symbol)}\n\n",
                XElement { Name.LocalName: "list" } list => $"\n\n{string.Join('\n', list.Elements("item").Select(item => "- " + Text(item.Element("description") ?? item, symbol)))}\n\n",
                XElement { Name.LocalName: "see" or "seealso" } see when see.Attribute("cref") is { } reference => Reference(reference.Value, symbol),
                XElement inner when (inner.Attribute("langword") ?? inner.Attribute("name")) is { } word => $"`{word.Value}`",
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement inner => Text(inner, symbol),
                _ => string.Empty,
            });
        }

        return Gap().Replace(text.ToString(), "\n\n").Trim();
    }

    private static string Unindented(string code)
    {
        string[] lines = code.Trim('\n', ' ').Split('\n');
        int indent = lines.Skip(1).Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((line, i) => (i == 0 || line.Length < indent ? line : line[indent..]).TrimEnd()));
    }

    // A name in code; a link where the name has a place on a page.
    private string Reference(string? reference, ISymbol from)
    {
        ISymbol? target = reference is null ? null : DocumentationCommentId.GetFirstSymbolForDeclarationId(reference, compilation);
        if (target is null)
        {
            return $"`{LastPart().Match(reference ?? string.Empty).Value}`";
        }

        INamedTypeSymbol type = target as INamedTypeSymbol ?? target.ContainingType;
        INamedTypeSymbol? here = from as INamedTypeSymbol ?? from.ContainingType;
        bool isHere = SymbolEqualityComparer.Default.Equals(type, here);
        string name = target is INamedTypeSymbol || (target is IMethodSymbol { MethodKind: MethodKind.Constructor }) ? type.Name : isHere ? target.Name : $"{type.Name}.{target.Name}";
        if (isHere || !assemblies.Contains(target.ContainingAssembly, SymbolEqualityComparer.Default) || type.DeclaredAccessibility != Accessibility.Public)
        {
            return $"`{name}`";
        }

        string space = type.ContainingNamespace.ToDisplayString();
        string page = space == here?.ContainingNamespace.ToDisplayString() ? string.Empty : ApiPages.PageOf(space);
        return $"[`{name}`]({page}#{Anchor(type)})";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"\s*\n\s*\n\s*")]
    private static partial Regex Gap();

    [GeneratedRegex(@"[^.:]*$")]
    private static partial Regex LastPart();
}
