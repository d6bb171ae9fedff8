using Cellwright.Files;

namespace Cellwright.Tasks.Series;

internal static class ForecasterFile
{
    public static void AddTo(SafetensorsWriter writer, Forecaster model) => throw new NotImplementedException();

    public static Forecaster Load(string path) => throw new NotImplementedException();
}
