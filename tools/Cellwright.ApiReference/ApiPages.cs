using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Cellwright.ApiReference;

/// <summary>The public types and members of some assemblies as Markdown, one page for each namespace and one that lists them.</summary>
public sealed class ApiPages
{
    /// <summary>The page that lists the others.</summary>
    public const string Index = "README.md";

    // What a namespace is for stands in no file that a compiler reads.
    private static readonly Dictionary<string, string> Purposes = new()
    {
        ["Cellwright.Randomness"] = "the one generator behind everything that is drawn",
        ["Cellwright.Files"] = "safetensors files, and files that are written whole or not at all",
        ["Cellwright.Equations"] = "what is wrong with a text that is no cell",
        ["Cellwright.Graphs"] = "cells: equations as graphs, their gradients, an interpreter in double precision",
        ["Cellwright.Programs"] = "a graph put in order: what is computed once, what at each step, what is kept",
        ["Cellwright.Layers"] = "cells with sizes and values, run over batches of sequences or step by step",
        ["Cellwright.Training"] = "losses, optimizers, learning rates, run folders",
        ["Cellwright.Tasks"] = "text models: trained, evaluated, saved, and writing",
        ["Cellwright.Tasks.Memory"] = "tasks that ask how long a cell remembers, and the probe that trains on them",
        ["Cellwright.Tasks.Series"] = "series of numbers over time, as forecasts read them",
        ["Cellwright.Interchange"] = "models of other frameworks",
        ["Cellwright.Inspection"] = "what a network does inside",
        ["Cellwright.Onnx"] = "the version of the ONNX format that is written; a package of its own, as the next two",
        ["Cellwright.Onnx.Export"] = "layers and models as ONNX files",
        ["Cellwright.Onnx.Import"] = "layers of ONNX files as cells",
    };

    private readonly DocumentationComments comments;
    private readonly SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly List<string> undocumented = [];

    private ApiPages(IReadOnlyList<IAssemblySymbol> assemblies, DocumentationComments comments)
    {
        this.comments = comments;
        StringBuilder index = new("# API reference\n\nMade from the code by `dotnet run --project tools/Cellwright.ApiReference -- docs/api`; a test fails where a page is not current.\n\n| namespace | holds |\n| --- | --- |\n");
        foreach (IGrouping<string, INamedTypeSymbol> group in assemblies.SelectMany(assembly => PublicTypes(assembly.GlobalNamespace)).GroupBy(type => type.ContainingNamespace.ToDisplayString()).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            index.Append($"| [`{group.Key}`]({PageOf(group.Key)}) | {Purposes.GetValueOrDefault(group.Key)} |\n");
            texts.Add(PageOf(group.Key), Page(group.Key, [.. group.OrderBy(type => type.Name, StringComparer.Ordinal)]));
        }

        texts.Add(Index, index.ToString());
    }

    /// <summary>The pages by the names of their files.</summary>
    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>Every public type and member without a summary.</summary>
    public IReadOnlyList<string> Undocumented => undocumented;

    /// <summary>The pages of some assemblies and of the XML documentation beside each.</summary>
    /// <param name="assemblies">The paths of the assemblies.</param>
    public static ApiPages Of(params IReadOnlyList<string> assemblies)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework || Path.GetFileName(path) == "System.Numerics.Tensors.dll");
        MetadataReference[] subjects = [.. assemblies.Select(assembly => MetadataReference.CreateFromFile(assembly, documentation: new DocumentationFile(Path.ChangeExtension(assembly, ".xml"))))];
        CSharpCompilation compilation = CSharpCompilation.Create("reference", references: [.. references.Select(path => MetadataReference.CreateFromFile(path)), .. subjects]);
        IAssemblySymbol[] symbols = [.. subjects.Select(subject => (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(subject)!)];
        return new ApiPages(symbols, new DocumentationComments(compilation, symbols));
    }

    internal static string PageOf(string @namespace) => @namespace + ".md";

    private static IEnumerable<INamedTypeSymbol> PublicTypes(INamespaceSymbol @namespace) =>
        @namespace.GetTypeMembers().SelectMany(Nested).Concat(@namespace.GetNamespaceMembers().SelectMany(PublicTypes));

    private static IEnumerable<INamedTypeSymbol> Nested(INamedTypeSymbol type) =>
        type.DeclaredAccessibility == Accessibility.Public ? type.GetTypeMembers().SelectMany(Nested).Prepend(type) : [];

    private string Page(string name, IReadOnlyList<INamedTypeSymbol> types)
    {
        StringBuilder page = new($"# {name}\n\n{string.Join(" · ", types.Select(type => $"[{type.Name}](#{DocumentationComments.Anchor(type)})"))}\n");
        foreach (INamedTypeSymbol type in types)
        {
            page.Append($"\n## {type.Name}\n\n");
            Add(page, type, Signatures.Of(type));
            if (type.TypeKind == TypeKind.Enum)
            {
                page.Append("\n| value | means |\n| --- | --- |\n");
                foreach (IFieldSymbol value in type.GetMembers().OfType<IFieldSymbol>().Where(field => field.IsConst))
                {
                    page.Append($"| `{value.Name}` | {Summary(value)} |\n");
                }

                continue;
            }

            foreach (ISymbol member in Members(type))
            {
                page.Append('\n');
                Add(page, member, Signatures.Of(member));
            }
        }

        return page.ToString();
    }

    private static IEnumerable<ISymbol> Members(INamedTypeSymbol type) =>
        type.GetMembers()
            .Where(member => member.DeclaredAccessibility == Accessibility.Public && !member.IsImplicitlyDeclared && member is not ITypeSymbol)
            .Where(member => !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute"))
            .Where(member => member is not IMethodSymbol { MethodKind: not (MethodKind.Ordinary or MethodKind.Constructor or MethodKind.UserDefinedOperator or MethodKind.Conversion) })
            .Where(member => member is not IMethodSymbol { Name: "Deconstruct" or "Equals" or "GetHashCode" or "ToString" })
            .OrderBy(Rank)
            .ThenBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.GetDocumentationCommentId(), StringComparer.Ordinal);

    private static int Rank(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => 0,
        IFieldSymbol => 1,
        IPropertySymbol => 2,
        IEventSymbol => 3,
        IMethodSymbol { MethodKind: MethodKind.Ordinary } => 4,
        _ => 5,
    };

    private string Summary(ISymbol symbol)
    {
        string summary = comments.Of(symbol).Summary;
        if (summary.Length == 0)
        {
            // A constructor that nobody wrote has nothing to be said of it.
            if (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true })
            {
                return "Makes one with every property at its default.";
            }

            undocumented.Add(symbol.ToDisplayString());
        }

        return summary;
    }

    private void Add(StringBuilder page, ISymbol symbol, string signature)
    {
        Documentation documentation = comments.Of(symbol);
        page.Append($"```csharp\n{signature}\n```\n\n{Summary(symbol)}\n");
        if (documentation.Parameters.Count > 0)
        {
            page.Append('\n');
            foreach ((string name, string text) in documentation.Parameters)
            {
                page.Append($"- `{name}`: {text}\n");
            }
        }

        foreach (string paragraph in documentation.Rest)
        {
            page.Append($"\n{paragraph}\n");
        }
    }
}
