using System.Diagnostics;
using Cellwright.Cli;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class ShellWordTests
{
    [Fact]
    public void A_plain_word_stays_as_it_is()
    {
        foreach (string word in (string[])["--hidden", "0.004", "c=0.1,h=0.05", "shakespeare.txt"])
        {
            ShellWord.Of(word).ShouldBe(word);
        }
    }

    [Fact]
    public void A_shell_reads_back_the_words_that_were_meant()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Gen<string> word = Gen.Elements("a Z9'\"$`\\*?!#&;|<>(){}[]~é\t\n-=/.,".ToCharArray()).ArrayOf().Select(characters => new string(characters));
        string[] words = ["", "it's $a.txt", "~", "#", .. word.Sample(300, 12)];
        ProcessStartInfo start = new("sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("printf '%s\\0' " + string.Join(' ', words.Select(ShellWord.Of)));
        using Process shell = Process.Start(start)!;
        string read = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        read.Split('\0')[..^1].ShouldBe(words);
    }
}
