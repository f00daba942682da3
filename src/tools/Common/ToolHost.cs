using System.Runtime.InteropServices;
using IoPkt.Client;

namespace IoPkt.Tools;

/// <summary>One of the programs in <c>bin</c>.</summary>
public interface ITool
{
    string Name { get; }

    /// <summary>The command line's forms, one a line, without the tool's name.</summary>
    IReadOnlyList<string> Usage { get; }

    /// <summary>What <c>--help</c> says after the usage: options and examples.</summary>
    string Help { get; }

    /// <returns>The exit status.</returns>
    Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments);
}

/// <summary>What all tools do alike: help, errors, signals and exit status.</summary>
public static class ToolHost
{
    /// <summary>Runs a tool as a program.</summary>
    public static async Task<int> RunAsync(ITool tool, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(tool);
        using CancellationTokenSource interrupted = new();
        int signals = 0;
        void Interrupt(PosixSignalContext signal)
        {
            // The first asks the tool to finish; the second is for one that doesn't.
            if (Interlocked.Increment(ref signals) == 1)
            {
                signal.Cancel = true;
                interrupted.Cancel();
            }
        }
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        StreamWriter output = new(Console.OpenStandardOutput(), bufferSize: 16384) { AutoFlush = false };
        try
        {
            return await RunAsync(tool, arguments, new ToolContext(tool.Name, output, Console.Error, null, interrupted.Token)).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                await output.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The reader of our pipe has gone: "netstat | head".
            }
        }
    }

    /// <summary>Runs a tool and turns what goes wrong into a message and an exit status.</summary>
    public static async Task<int> RunAsync(ITool tool, IReadOnlyList<string> arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(context);
        using ToolContext owned = context;
        if (arguments is ["--help"] or ["-?"])
        {
            await context.Output.WriteAsync($"{UsageText(tool)}\n{tool.Help.Trim('\n')}\n").ConfigureAwait(false);
            return 0;
        }
        try
        {
            return await tool.RunAsync(context, arguments).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            await FailAsync(context, $"{tool.Name}: {wrong.Message}\n{UsageText(tool)}").ConfigureAwait(false);
            return wrong.ExitCode;
        }
        catch (ToolException failed)
        {
            await FailAsync(context, $"{tool.Name}: {failed.Message}\n").ConfigureAwait(false);
            return failed.ExitCode;
        }
        catch (IoPktException refused)
        {
            await FailAsync(context, $"{tool.Name}: {refused.Message}\n").ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException) when (context.Interrupted.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static async Task FailAsync(ToolContext context, string message)
    {
        await context.Output.FlushAsync().ConfigureAwait(false);
        await context.Error.WriteAsync(message).ConfigureAwait(false);
    }

    private static string UsageText(ITool tool) =>
        string.Concat(tool.Usage.Select((form, i) => $"{(i == 0 ? "usage:" : "      ")} {tool.Name} {form}".TrimEnd() + "\n"));
}
