namespace Cellwright.Tasks.Memory;

/// <summary>What a memory task asks a model for, and so which loss it is trained by.</summary>
public enum MemoryTargets
{
    /// <summary>Numbers at some steps, by the squared error.</summary>
    Values,

    /// <summary>One of several classes at some steps, by the cross-entropy of a softmax.</summary>
    Classes,

    /// <summary>Which symbols may come next, each by itself, by the cross-entropy of a logistic output.</summary>
    Sets,
}
