namespace Cellwright.Tests.Interchange;

/// <summary>Damaged files of one format, and the reader that has to bear them. A format that is added here is in the tests and in <c>bench -- mutate</c>.</summary>
internal interface IFileMutations
{
    /// <summary>The format's name.</summary>
    string Name { get; }

    /// <summary>A valid file with some damage, by its bytes or by its structure; the same draws give the same file.</summary>
    byte[] Draw(Random random);

    /// <summary>Reads all there is in a file.</summary>
    /// <exception cref="Cellwright.Files.InvalidFileException">The file is refused; anything else that is thrown is a failure.</exception>
    void Read(byte[] bytes);
}
