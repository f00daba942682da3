namespace IoPkt.Daemon.Hosting;

internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>It couldn't start, or didn't end in order.</summary>
    public const int Failure = 1;

    /// <summary>The command line can't be understood.</summary>
    public const int Usage = 2;
}
