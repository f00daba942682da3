namespace IoPkt.Daemon.Hosting;

/// <summary>The daemon can't start. The message is for the user: what's wrong, and what to do.</summary>
public sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
