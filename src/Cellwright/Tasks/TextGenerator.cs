using System.Text;

namespace Cellwright.Tasks;

/// <summary>Writes text with a model, character by character, each drawn from what the model expects next.</summary>
/// <param name="model">The model.</param>
public sealed class TextGenerator(TextModel model)
{
    /// <summary>Continues a prompt. The same model, prompt, temperature and seed give the same text on every machine.</summary>
    /// <param name="prompt">What the model reads first; it is not given back. Where it is empty, the model reads a line end, or its first character where it knows no line end.</param>
    /// <param name="length">How many characters to write.</param>
    /// <param name="temperature">What scores are divided by: below 1 the text is more likely, above 1 more varied, at 0 always the likeliest.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>The characters, each when it is asked for.</returns>
    /// <exception cref="CorpusException">The prompt has a character that the model never saw.</exception>
    public IEnumerable<Rune> Continue(string prompt, int length, double temperature, ulong seed) =>
        Continue(prompt, length, new TextSampling { Temperature = temperature }, seed);

    /// <summary>Continues a prompt. The same model, prompt, sampling and seed give the same text on every machine.</summary>
    /// <param name="prompt">What the model reads first; it is not given back. Where it is empty, the model reads a line end, or its first character where it knows no line end.</param>
    /// <param name="length">How many characters to write at most.</param>
    /// <param name="sampling">How they are drawn.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="stops">Texts that end the writing where one of them has come; it is not given back.</param>
    /// <returns>The characters, each when it is asked for and can no longer begin one of the texts that end the writing.</returns>
    /// <exception cref="CorpusException">The prompt has a character that the model never saw.</exception>
    public IEnumerable<Rune> Continue(string prompt, int length, TextSampling sampling, ulong seed, params IReadOnlyList<string> stops)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        sampling.Check();
        int[] read = TextSession.Beginning(model.Vocabulary, prompt);
        StopTexts ends = new(stops);
        return Write();

        IEnumerable<Rune> Write()
        {
            using TextSession session = new(model, read, sampling, seed);
            foreach (Rune character in session.Write(length, ends))
            {
                yield return character;
            }
        }
    }
}
