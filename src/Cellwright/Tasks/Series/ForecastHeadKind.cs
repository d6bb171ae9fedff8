namespace Cellwright.Tasks.Series;

/// <summary>What a model says of a value to come, and the loss that teaches it.</summary>
public enum ForecastHeadKind
{
    /// <summary>A point; the squared error, which asks for the mean.</summary>
    SquaredError,

    /// <summary>A point; the absolute error, which asks for the median.</summary>
    AbsoluteError,

    /// <summary>A point; Huber's error.</summary>
    Huber,

    /// <summary>Quantiles; the pinball loss.</summary>
    Quantiles,

    /// <summary>A normal distribution; its likelihood.</summary>
    Gaussian,

    /// <summary>Student's t distribution; its likelihood.</summary>
    Student,
}
