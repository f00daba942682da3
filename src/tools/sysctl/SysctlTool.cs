using IoPkt.Wire.Management;

namespace IoPkt.Tools.Sysctl;

/// <summary>sysctl(8): shows and sets the stack's named values.</summary>
internal sealed class SysctlTool : ITool
{
    public string Name => "sysctl";

    public IReadOnlyList<string> Usage =>
    [
        "[-dntq] name …",
        "[-dnt] -a",
        "[-nq] -w name=value …",
        "[-nq] -f file",
    ];

    public string Help => """

        -a  every value      -n  the value alone, without its name
        -d  what it means    -t  its type: int, bool or string
        -w  sets values (it may be left out)
        -f  sets those of a file: name=value, one a line; # begins a comment
        -q  says nothing of values that were set, nor of names that there aren't
        A name may be the beginning of several: net.inet.tcp.
        SOCK names the stack: the prefix of the io-pkt to ask.

        examples:
          SOCK=/alt sysctl net.inet.ip
          sysctl -w net.inet.tcp.keepidle=120
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        OptionParser options = new("Aadf:nqtw");
        IReadOnlyList<string> words = options.Parse(arguments);
        List<string> expressions = [.. options.Options.Where(o => o.Option == 'f').SelectMany(o => SettingsFile.Read(o.Value)), .. words];
        bool all = options.Has('a') || options.Has('A');
        if (!all && expressions.Count == 0 && options.Value('f') is null)
            throw new UsageException("a name is missing; -a shows everything");
        if (options.Has('w') && words.FirstOrDefault(w => !w.Contains('=', StringComparison.Ordinal)) is { } bare)
            throw new UsageException($"-w needs name=value, not '{bare}'");
        SettingPrinter printer = new(context.Output, options.Has('n'), options.Has('d'), options.Has('t'));
        if (all)
            await printer.PrintAsync(await context.Management.GetSettingsAsync(null, context.Interrupted).ConfigureAwait(false)).ConfigureAwait(false);
        int status = 0;
        // One that fails doesn't keep the others from being done, as when they're a start-up file's.
        foreach (string expression in expressions)
        {
            try
            {
                await DoAsync(context, expression, printer, isQuiet: options.Has('q')).ConfigureAwait(false);
            }
            catch (Client.IoPktException refused) when (!context.Interrupted.IsCancellationRequested)
            {
                status = 1;
                if (!options.Has('q'))
                    await context.Error.WriteAsync($"sysctl: {refused.Message}\n").ConfigureAwait(false);
            }
        }
        return status;
    }

    private static async Task DoAsync(ToolContext context, string expression, SettingPrinter printer, bool isQuiet)
    {
        int equals = expression.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            await printer.PrintAsync(await context.Management.GetSettingsAsync(expression, context.Interrupted).ConfigureAwait(false)).ConfigureAwait(false);
            return;
        }
        SettingChanged changed = await context.Management.ChangeSettingAsync(
            expression[..equals].Trim(), expression[(equals + 1)..].Trim(), context.Interrupted).ConfigureAwait(false);
        if (!isQuiet)
            await printer.PrintAsync(changed).ConfigureAwait(false);
    }
}
