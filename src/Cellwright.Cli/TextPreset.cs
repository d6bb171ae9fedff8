namespace Cellwright.Cli;

/// <summary>Options of <c>train text</c> that go together.</summary>
internal enum TextPreset
{
    /// <summary>A first look.</summary>
    Small,

    /// <summary>A coffee break.</summary>
    Medium,

    /// <summary>As good as it gets in an hour.</summary>
    Large,
}
