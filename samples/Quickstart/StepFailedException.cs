namespace IoPkt.Quickstart;

/// <summary>A step didn't do what it should have; the message says which.</summary>
internal sealed class StepFailedException(string message) : Exception(message)
{
    /// <summary>Not 1, which is what unshare(1) ends with when it fails itself.</summary>
    public const int ExitCode = 2;
}
