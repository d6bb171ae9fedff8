using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>After which steps of a run the model is validated. It follows from numbers of steps and characters, never from a clock.</summary>
/// <param name="Every">The steps from one validation to the next; there is always one after the last step.</param>
/// <param name="Characters">How many of the first validation characters are read each time.</param>
public readonly record struct TextValidationSchedule(int Every, int Characters)
{
    /// <summary>The most characters that one validation during a run reads.</summary>
    public const int MostCharacters = 65536;

    /// <summary>The most characters that the validation at the end of a run reads.</summary>
    public const int MostCharactersAtEnd = 1 << 21;

    /// <summary>The least default interval: above the steps that a time budget times, after which no validation can be due.</summary>
    public const int LeastDefaultInterval = ValidationInterval.LeastDefault;

    // A forward pass where a step has that and about twice as much.
    private const double CostOfCharacter = 0.5;

    /// <summary>The schedule of a run: about twenty validations, fewer where they would take more than a twentieth of the time.</summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="charactersPerStep">The characters of one step.</param>
    /// <param name="validation">The length of the validation text.</param>
    /// <param name="every">The interval where it was given; 0 for the default.</param>
    public static TextValidationSchedule Of(int steps, int charactersPerStep, long validation, int every = 0)
    {
        int characters = (int)Math.Min(validation, MostCharacters);
        return new TextValidationSchedule(every > 0 ? every : ValidationInterval.Of(steps, CostInSteps(characters, charactersPerStep)), characters);
    }

    /// <summary>What reading characters takes, counted in training steps.</summary>
    public static double CostInSteps(long characters, int charactersPerStep) => characters / (double)charactersPerStep * CostOfCharacter;

    /// <summary>Whether the model is validated after a step, counted from 1.</summary>
    public bool IsDue(int step, int steps) => Characters >= 2 && (step == steps || step % Every == 0);

    /// <summary>The most steps that fit, with their validations, into the time of a number of steps without.</summary>
    internal static int StepsWithin(int room, int charactersPerStep, long validation, int every) => ValidationInterval.StepsWithin(
        room, CostInSteps(Math.Min(validation, MostCharacters), charactersPerStep), steps => Of(steps, charactersPerStep, validation, every).Every);
}
