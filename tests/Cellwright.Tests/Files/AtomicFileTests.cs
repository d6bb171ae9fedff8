using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_file_has_what_was_written_and_stands_alone()
    {
        AtomicFile.WriteText(folder["note.txt"], "σ(x)\n");

        File.ReadAllBytes(folder["note.txt"]).ShouldBe("σ(x)\n"u8.ToArray());
        Directory.GetFileSystemEntries(folder.Path).Length.ShouldBe(1);
    }

    [Fact]
    public void An_old_file_is_replaced_even_by_a_shorter_one()
    {
        File.WriteAllText(folder["note.txt"], "the long old text");

        AtomicFile.WriteText(folder["note.txt"], "new");

        File.ReadAllText(folder["note.txt"]).ShouldBe("new");
    }

    [Fact]
    public void The_old_file_survives_an_error_and_nothing_else_is_left()
    {
        File.WriteAllText(folder["note.txt"], "old");

        Should.Throw<InvalidOperationException>(() => AtomicFile.Write(folder["note.txt"], stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException();
        }));

        File.ReadAllText(folder["note.txt"]).ShouldBe("old");
        Directory.GetFileSystemEntries(folder.Path).Length.ShouldBe(1);
    }

    [Fact]
    public void While_it_is_written_the_old_file_is_still_there_to_read()
    {
        File.WriteAllText(folder["note.txt"], "old");

        AtomicFile.Write(folder["note.txt"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            File.ReadAllText(folder["note.txt"]).ShouldBe("old");
        });

        File.ReadAllText(folder["note.txt"]).ShouldBe("new");
    }

    [Fact]
    public void A_missing_folder_or_a_folder_in_the_place_is_an_error()
    {
        Should.Throw<DirectoryNotFoundException>(() => AtomicFile.WriteText(folder["missing/note.txt"], "new"));
        Should.Throw<IOException>(() => AtomicFile.WriteText(folder.Path, "new")).Message.ShouldContain("is a folder");
    }

    [Fact]
    public void A_link_is_followed_and_a_private_file_stays_private()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.WriteAllText(folder["real.txt"], "old");
        File.SetUnixFileMode(folder["real.txt"], ownerOnly);
        File.CreateSymbolicLink(folder["link.txt"], folder["real.txt"]);

        AtomicFile.WriteText(folder["link.txt"], "new");

        File.ReadAllText(folder["real.txt"]).ShouldBe("new");
        File.GetUnixFileMode(folder["real.txt"]).ShouldBe(ownerOnly);
        new FileInfo(folder["link.txt"]).LinkTarget.ShouldNotBeNull();
    }
}
