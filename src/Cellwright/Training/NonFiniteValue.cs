using Cellwright.Layers;

namespace Cellwright.Training;

/// <summary>Looks for the first value of a training that is not finite.</summary>
internal static class NonFiniteValue
{
    /// <summary>What it belongs to, such as <c>the parameter 'head.b'</c>; null where all are finite.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">The carried state; null where there is none.</param>
    public static string? First(IReadOnlyList<Parameter> parameters, LayerState? state)
    {
        foreach (Parameter parameter in parameters)
        {
            if (!IsFinite(parameter.Values))
            {
                return $"the parameter '{parameter.Name}'";
            }
        }

        foreach (string name in state?.Names ?? [])
        {
            if (!IsFinite(state![name]))
            {
                return $"the state '{name}'";
            }
        }

        return null;
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
