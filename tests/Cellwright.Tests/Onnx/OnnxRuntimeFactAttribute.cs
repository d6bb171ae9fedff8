using Xunit;

namespace Cellwright.Tests.Onnx;

/// <summary>A test that needs ONNX Runtime, and is skipped, saying so, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxRuntimeFactAttribute : FactAttribute
{
    public OnnxRuntimeFactAttribute()
    {
        Skip = OnnxRuntime.Missing!;
    }
}
