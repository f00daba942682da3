namespace IoPkt;

/// <summary>A module can't be loaded or can't do what its options ask. The message is shown to the user as it is: it says what's wrong and what to do.</summary>
public sealed class ModuleException : Exception
{
    public ModuleException()
    {
    }

    public ModuleException(string message)
        : base(message)
    {
    }

    public ModuleException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
