namespace IoPkt.Daemon.CommandLine;

/// <summary>The command line can't be understood. The message is one line, and says what is valid.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
