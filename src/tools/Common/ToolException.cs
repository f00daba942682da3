namespace IoPkt.Tools;

/// <summary>The tool can't do what was asked; the message goes to standard error after the tool's name.</summary>
public class ToolException(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>The command line makes no sense: the usage is shown, too.</summary>
public sealed class UsageException(string message) : ToolException(message);
