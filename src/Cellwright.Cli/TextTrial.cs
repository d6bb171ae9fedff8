using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>One cell of a comparison: what it was trained as, and how that went.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="Design">The model.</param>
/// <param name="Parameters">How many numbers training changed.</param>
/// <param name="Steps">The steps there were to be.</param>
/// <param name="Folder">The folder of its run.</param>
internal sealed record TextTrial(string Cell, TextModelDesign Design, long Parameters, int Steps, string Folder)
{
    /// <summary>Where the loss was measured: after how many steps and seconds.</summary>
    public List<(int Step, double Seconds, double TrainLoss, double ValidationLoss)> Curve { get; } = [];

    /// <summary>The steps that were done.</summary>
    public int Done { get; set; }

    /// <summary>The seconds that training took, validations included.</summary>
    public double Seconds { get; set; }

    /// <summary>The characters learnt from in a second; null where no step was done.</summary>
    public double? Speed { get; set; }

    /// <summary>How the model at the end, or the best before it was stopped, predicts the validation text; null where there is none yet.</summary>
    public TextEvaluation? Validation { get; set; }

    /// <summary>Why training ended before its time; null where it did not.</summary>
    public string? Problem { get; set; }

    /// <summary>The step of the best validation; 0 where there was none.</summary>
    public int BestStep { get; set; }
}
