using Cellwright.Interchange;
using Cellwright.Onnx.Format;

namespace Cellwright.Onnx.Export;

/// <summary>The activation functions of a recurrent operator as attributes.</summary>
internal static class OperatorActivations
{
    /// <summary>The attributes that functions need; none where they are those that the operator has anyway.</summary>
    /// <param name="forms">The cell of each direction; all of one operator.</param>
    public static IEnumerable<AttributeProto> Of(IReadOnlyList<RecurrentForm> forms)
    {
        RecurrentActivation[] functions = [.. forms.SelectMany(Functions)];
        if (!functions.SequenceEqual(forms.SelectMany(form => Usual(form.Operator))))
        {
            yield return OnnxAttributes.Of("activations", functions.Select(NameOf));
        }

        // Each function that has such a number takes the next one.
        float[] alphas = [.. functions.Where(HasAlpha).Select(function => (float)(function.Function == ActivationFunction.Identity ? 1 : function.Alpha))];
        float[] betas = [.. functions.Where(HasBeta).Select(function => (float)function.Beta)];
        if (alphas.Length > 0)
        {
            yield return OnnxAttributes.Of("activation_alpha", alphas);
        }

        if (betas.Length > 0)
        {
            yield return OnnxAttributes.Of("activation_beta", betas);
        }
    }

    private static IEnumerable<RecurrentActivation> Functions(RecurrentForm form) => form.Operator switch
    {
        RecurrentOperator.Lstm => [form.GateActivation, form.CandidateActivation, form.OutputActivation],
        RecurrentOperator.Gru => [form.GateActivation, form.CandidateActivation],
        _ => [form.CandidateActivation],
    };

    private static IEnumerable<RecurrentActivation> Usual(RecurrentOperator kind) => kind switch
    {
        RecurrentOperator.Lstm => [RecurrentActivation.Sigmoid, RecurrentActivation.Tanh, RecurrentActivation.Tanh],
        RecurrentOperator.Gru => [RecurrentActivation.Sigmoid, RecurrentActivation.Tanh],
        _ => [RecurrentActivation.Tanh],
    };

    private static bool HasAlpha(RecurrentActivation function) => function.Function == ActivationFunction.LeakyRelu || function.Function == ActivationFunction.Elu || HasBeta(function);

    private static bool HasBeta(RecurrentActivation function) =>
        function.Function is ActivationFunction.Identity or ActivationFunction.ScaledTanh or ActivationFunction.HardSigmoid;

    private static string NameOf(RecurrentActivation function) => function.Function == ActivationFunction.Identity ? "Affine" : function.Function.ToString();
}
