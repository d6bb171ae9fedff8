using System.Text;
using System.Xml;

namespace Cellwright.Tasks;

/// <summary>
/// The English in XML documentation files as plain text: a paragraph a line, an empty line after each member. Names that
/// the text refers to stand as their last part; code is left out. A paragraph that came before is left out too, since
/// the files repeat some hundreds of times.
/// </summary>
internal sealed class DocumentationProse
{
    private static readonly HashSet<string> Sections =
        ["summary", "remarks", "param", "typeparam", "returns", "value", "exception"];

    private readonly StringBuilder text = new();
    private readonly StringBuilder paragraph = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly int limit;
    private int length;
    private bool memberHasText;
    private bool full;

    private DocumentationProse(int limit) => this.limit = limit;

    /// <summary>Reads files in order until the limit is reached. A file that is no XML is passed over.</summary>
    /// <param name="files">The files.</param>
    /// <param name="limit">The most characters to take; the text ends with a whole paragraph.</param>
    /// <returns>The text; null where there is none.</returns>
    public static TextCorpus? Read(IReadOnlyList<string> files, int limit)
    {
        DocumentationProse prose = new(limit);
        List<string> used = [];
        foreach (string file in files)
        {
            int before = prose.text.Length;
            try
            {
                using FileStream stream = File.OpenRead(file);
                prose.AddFile(stream);
            }
            catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
            {
                prose.paragraph.Clear();
            }

            if (prose.text.Length > before)
            {
                used.Add(file);
            }

            if (prose.full)
            {
                break;
            }
        }

        return prose.text.Length > 0 ? TextCorpus.Of(prose.text.ToString(), used) : null;
    }

    private void AddFile(Stream stream)
    {
        using XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true });
        bool inSection = false;
        int sectionDepth = 0;
        int skipDepth = -1;
        while (!full && reader.Read())
        {
            if (skipDepth >= 0)
            {
                if (reader.NodeType == XmlNodeType.EndElement && reader.Depth == skipDepth)
                {
                    skipDepth = -1;
                }

                continue;
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element when !inSection:
                    inSection = Sections.Contains(reader.Name) && !reader.IsEmptyElement;
                    sectionDepth = reader.Depth;
                    break;
                case XmlNodeType.Element when reader.Name is "code" or "example":
                    skipDepth = reader.IsEmptyElement ? -1 : reader.Depth;
                    break;
                case XmlNodeType.Element:
                    AddElement(reader);
                    break;
                case XmlNodeType.EndElement when inSection && reader.Depth == sectionDepth:
                    EndParagraph();
                    inSection = false;
                    break;
                case XmlNodeType.EndElement when inSection && IsBlock(reader.Name):
                    EndParagraph();
                    break;
                case XmlNodeType.EndElement when reader.Name == "member" && memberHasText:
                    Append("\n", 1);
                    memberHasText = false;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when inSection:
                    paragraph.Append(reader.Value);
                    break;
            }
        }
    }

    private static bool IsBlock(string element) => element is "para" or "p" or "item" or "list" or "listheader" or "br" or "description" or "term";

    private void AddElement(XmlReader reader)
    {
        if (IsBlock(reader.Name))
        {
            EndParagraph();
        }
        else if (reader.IsEmptyElement)
        {
            string? name = reader.GetAttribute("langword") ?? reader.GetAttribute("name") ?? LastPart(reader.GetAttribute("cref"));
            paragraph.Append(name);
        }
    }

    // "M:System.String.Join``1(System.Char)" is "Join".
    private static string? LastPart(string? reference)
    {
        if (reference is null)
        {
            return null;
        }

        int end = reference.AsSpan().IndexOfAny('(', '`');
        string name = end < 0 ? reference : reference[..end];
        return name[(name.LastIndexOfAny(['.', ':']) + 1)..].Replace("#ctor", "constructor", StringComparison.Ordinal);
    }

    private void EndParagraph()
    {
        string line = string.Join(' ', paragraph.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        paragraph.Clear();
        if (!line.Contains(' ', StringComparison.Ordinal) || !seen.Add(line))
        {
            return;
        }

        int added = line.EnumerateRunes().Count() + 1;
        full = length + added > limit;
        if (!full)
        {
            Append(line + "\n", added);
            memberHasText = true;
        }
    }

    private void Append(string added, int characters)
    {
        text.Append(added);
        length += characters;
    }
}
