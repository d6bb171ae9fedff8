using Cellwright.ApiReference;
using Cellwright.Tests.Files;
using Cellwright.Tests.House;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Docs;

public sealed class ApiReferenceTests
{
    private const string Folder = "docs/api";
    private const string Command = "run 'dotnet run -c Release --project tools/Cellwright.ApiReference -- docs/api'";

    private static readonly Lazy<ApiPages> Pages = new(() => ApiPages.Of(typeof(Cellwright.Graphs.Cell).Assembly.Location, typeof(Cellwright.Onnx.OnnxFormat).Assembly.Location));

    [Fact]
    public void Every_page_is_current()
    {
        Repository.Files(Folder).Select(file => Path.GetFileName(file)).ShouldBe(Pages.Value.Texts.Keys, ignoreOrder: true, Command);
        foreach ((string name, string text) in Pages.Value.Texts)
        {
            (Repository.Text($"{Folder}/{name}") == text).ShouldBeTrue($"{name} is not what the code says; {Command}");
        }
    }

    [Fact]
    public void Every_public_type_and_member_has_a_summary() => Pages.Value.Undocumented.ShouldBeEmpty();

    [Fact]
    public void Every_namespace_says_what_it_holds() => Pages.Value.Texts[ApiPages.Index].ShouldNotContain("|  |");

    [Fact]
    public void A_page_shows_signatures_inherited_words_parameters_and_errors()
    {
        ApiPages pages = Sample(
            """
            namespace Sample;
            /// <summary>The first.</summary>
            public abstract class First
            {
                /// <summary>Does it.</summary>
                /// <param name="times">How often, see <see cref="Second"/>.</param>
                /// <exception cref="System.ArgumentException">It is 0.</exception>
                public abstract int Do(int times = 2, string? name = null);
            }
            /// <summary>The second.</summary>
            /// <param name="Size">The size.</param>
            public sealed record Second(int Size);
            /// <summary>The third.</summary>
            public sealed class Third : First
            {
                /// <inheritdoc/>
                public override int Do(int times, string? name) => 0;
                private int Hidden;
            }
            """);
        pages.Undocumented.ShouldBeEmpty();
        string page = pages.Texts["Sample.md"];
        page.ShouldContain("public abstract int Do(int times = 2, string? name = null)\n```\n\nDoes it.\n\n- `times`: How often, see [`Second`](#second).\n\nThrows:\n\n- `ArgumentException`: It is 0.\n");
        page.ShouldContain("public override int Do(int times, string? name)\n```\n\nDoes it.\n");
        page.ShouldContain("public sealed record Second\n");
        page.ShouldContain("public int Size { get; init; }\n```\n\nThe size.\n");
        page.ShouldNotContain("Hidden");
        page.ShouldNotContain("EqualityContract");
    }

    [Fact]
    public void A_member_without_a_summary_is_named() =>
        Sample(
            """
            namespace Sample;
            /// <summary>The first.</summary>
            public class First
            {
                public int Silent() => 0;
            }
            public enum Second { A }
            """).Undocumented.ShouldBe(["Sample.First.Silent()", "Sample.Second", "Sample.Second.A"]);

    private static ApiPages Sample(string code)
    {
        using TemporaryFolder folder = new();
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(documentationMode: DocumentationMode.Diagnose))],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), MetadataReference.CreateFromFile(Path.Combine(framework, "System.Runtime.dll"))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using (FileStream assembly = File.Create(folder["Sample.dll"]), comments = File.Create(folder["Sample.xml"]))
        {
            compilation.Emit(assembly, xmlDocumentationStream: comments).Success.ShouldBeTrue();
        }

        return ApiPages.Of(folder["Sample.dll"]);
    }
}
