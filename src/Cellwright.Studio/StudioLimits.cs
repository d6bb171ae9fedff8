namespace Cellwright.Studio;

/// <summary>How much the page may ask for, so that a slip of the finger does not take the machine.</summary>
internal static class StudioLimits
{
    /// <summary>The bytes of a request.</summary>
    public const int RequestBytes = 256 * 1024;

    /// <summary>The characters of a cell's text.</summary>
    public const int CellCharacters = 20_000;

    /// <summary>The characters of a text that is run.</summary>
    public const int RunCharacters = 4_000;

    /// <summary>About the steps of a series that are traced.</summary>
    public const int SeriesSteps = 2_000;

    /// <summary>The characters of a text that is trained on.</summary>
    public const int TrainingCharacters = 200_000;

    /// <summary>The length of a memory task.</summary>
    public const int TaskLength = 400;

    /// <summary>The width of the signals.</summary>
    public const int Hidden = 512;

    /// <summary>The width of the signals in training.</summary>
    public const int TrainingHidden = 256;

    /// <summary>The steps that a gradient goes back.</summary>
    public const int Lags = 1_000;

    /// <summary>The cells side by side.</summary>
    public const int Cells = 6;

    /// <summary>The runs that are kept.</summary>
    public const int Runs = 6;

    /// <summary>The seconds of a training.</summary>
    public const int TrainingSeconds = 300;
}
