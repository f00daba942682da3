using System.Net;
using IoPkt.Quickstart;
using Spectre.Console;

// Starts io-pkt-v4 on a TAP in a network namespace of its own, and puts real traffic through it. Every step shows the command a person would type.
if (PrivateNetwork.Outside)
    return PrivateNetwork.RunInside(args);

IPEndPoint kernel = new(IPAddress.Parse("10.1.0.1"), 8000), stack = new(IPAddress.Parse("10.1.0.2"), 8080);
bool plain = args.Contains("--plain");
if (plain)
    AnsiConsole.Profile.Capabilities.Interactive = AnsiConsole.Profile.Capabilities.Ansi = false;

DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-quickstart-");
Shell shell = new(Path.Combine(folder.FullName, "alt"));
try
{
    Shell.Say("A second TCP/IP stack for this machine, on a TAP whose other end is the kernel's 10.1.0.1:");
    shell.Run("io-pkt-v4", "-d", "tap", $"host={kernel.Address}/24", "-p", "tcpip", $"prefix={shell.Prefix}");

    Shell.Say("It gets an address, and answers for itself:");
    shell.RunOnStack("ifconfig", "tap0", $"{stack.Address}/24");
    shell.RunOnStack("ifconfig", "-a");
    shell.RunOnStack("ping", "-c", "3", "-i", "0.2", kernel.Address.ToString());

    RandomFile file = RandomFile.Create(Path.Combine(folder.FullName, "file"), 512L << 20);
    Transfers transfers = new(shell, file, plain);
    Shell.Say($"A download through the stack, {file.Size >> 20} MiB, checked by its SHA-256:");
    await transfers.DownloadAsync(kernel);
    Shell.Say("A file served from the stack to the kernel's side:");
    await transfers.ServeAsync(stack);

    shell.RunOnStack("netstat", "-m");
    return 0;
}
catch (StepFailedException failure)
{
    AnsiConsole.MarkupLineInterpolated($"[red]{failure.Message}[/]");
    return StepFailedException.ExitCode;
}
finally
{
    shell.StopDaemon();
    folder.Delete(recursive: true);
}
