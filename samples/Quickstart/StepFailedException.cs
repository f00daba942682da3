namespace IoPkt.Quickstart;

/// <summary>A step didn't do what it should have; the message says which.</summary>
internal sealed class StepFailedException(string message) : Exception(message);
