using System.CommandLine;
using System.CommandLine.Parsing;
using IoPkt.Daemon.Hosting;

namespace IoPkt.Daemon.CommandLine;

/// <summary>What the command line asks for, the modules' own options not yet looked into.</summary>
/// <param name="Instance"><c>-i</c></param>
/// <param name="Threads"><c>-t</c></param>
/// <param name="Modules"><c>-d</c> and <c>-p</c>, in the order in which they stand.</param>
/// <param name="Verbose"><c>-v</c></param>
/// <param name="NoFaultHandler"><c>-S</c></param>
/// <param name="Foreground"><c>--foreground</c></param>
public sealed record DaemonArguments(int Instance, int Threads, IReadOnlyList<ModuleRequest> Modules, bool Verbose, bool NoFaultHandler, bool Foreground)
{
    /// <summary><c>-D</c></summary>
    public bool DedicatedStackThread { get; init; }

    /// <summary><c>-P</c></summary>
    public int? Priority { get; init; }

    /// <summary><c>-U</c></summary>
    public string? User { get; init; }
}

/// <summary>io-pkt's command line.</summary>
internal sealed class DaemonCommand
{
    /// <summary>A TAP device has at most so many queues.</summary>
    public const int MaximumThreads = 256;

    public const int MaximumInstance = 9999;

    private readonly Option<string[]> _drivers = new("--driver", "-d")
    {
        HelpName = "driver [options]",
        Description = "Start a driver: tap is lib/dll/devnp-tap.dll. Its options are one word, separated by commas; name= and unit= name its interface.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _instance = new("--instance", "-i")
    {
        HelpName = "instance",
        Description = "The number of this stack, when there are several on a host",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string[]> _protocols = new("--protocol", "-p")
    {
        HelpName = "protocol [options]",
        Description = "Start a protocol; tcpip is built in, and named only to give it options, such as prefix=/alt",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _noFaultHandler = new("--no-fault-handler", "-S") { Description = "Don't quiesce the drivers on a segmentation violation" };

    private readonly Option<int> _threads = new("--threads", "-t")
    {
        HelpName = "threads",
        Description = "The number of packet threads; one a CPU by default",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<bool> _dedicated = new("--dedicated-stack-thread", "-D") { Description = "Run the stack on a thread of its own, not on packet threads" };

    private readonly Option<int?> _priority = new("--priority", "-P")
    {
        HelpName = "priority",
        Description = "Real-time priority of the thread that runs the stack, 1 to 63",
    };

    private readonly Option<string?> _user = new("--user", "-U")
    {
        HelpName = "uid[:gid]",
        Description = "Become this user when everything is started",
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Show on the console, too, what goes to the log" };

    private readonly Option<bool> _foreground = new("--foreground") { Description = "Don't go to the background; tell systemd when ready" };

    private readonly RootCommand _root;

    public DaemonCommand(Variant variant)
    {
        AddRange(_instance, 0, MaximumInstance);
        AddRange(_threads, 1, MaximumThreads);
        AddRange(_priority, RealTimePriority.Minimum, RealTimePriority.Maximum);
        _root = new RootCommand(Describe(variant))
        {
            _drivers, _dedicated, _instance, _protocols, _priority, _noFaultHandler, _threads, _user, _verbose, _foreground,
        };
        ExamplesHelpAction.AddTo(_root, variant.Name);
        VersionAction.AddTo(_root, variant.Name);
    }

    /// <summary>"--driver", "-d" and so on.</summary>
    public IEnumerable<string> OptionNames => _root.Options.SelectMany(option => option.Aliases.Prepend(option.Name));

    /// <summary>Parses, and answers <c>--help</c> and <c>--version</c> on standard output.</summary>
    /// <returns><c>null</c> when that was all.</returns>
    /// <exception cref="CommandLineException">The command line isn't valid.</exception>
    public DaemonArguments? Parse(IReadOnlyList<string> arguments)
    {
        ParserConfiguration configuration = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        ParseResult result = _root.Parse([.. ArgumentNormalizer.Normalize(arguments)], configuration);
        if (result.Errors.Count > 0)
            throw new CommandLineException(result.Errors[0].Message);
        if (result.Action is not null)
        {
            result.Invoke();
            return null;
        }
        return new DaemonArguments(result.GetValue(_instance), result.GetValue(_threads), Modules(result), result.GetValue(_verbose),
            result.GetValue(_noFaultHandler), result.GetValue(_foreground))
        {
            DedicatedStackThread = result.GetValue(_dedicated),
            Priority = result.GetValue(_priority),
            User = result.GetValue(_user),
        };
    }

    private static string Describe(Variant variant)
    {
        const string what = "The networking manager: a TCP/IP stack in user space, with its drivers.";
        string missing = string.Join(", ", variant.Missing.Select(f => f.Name));
        return missing.Length == 0 ? what : $"{what} This version of {variant.Name} serves IPv4; still to come: {missing}.";
    }

    /// <summary>The order between drivers and protocols counts, so they're read from the tokens.</summary>
    private static List<ModuleRequest> Modules(ParseResult result)
    {
        List<ModuleRequest> modules = [];
        ModuleKind? kind = null;
        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.Option)
            {
                kind = token.Value switch { "--driver" => ModuleKind.Driver, "--protocol" => ModuleKind.Protocol, _ => null };
            }
            else if (kind is { } known)
            {
                string[] parts = token.Value.Split(ArgumentNormalizer.Separator, 2);
                modules.Add(new ModuleRequest(known, parts[0], parts.Length > 1 ? parts[1] : null));
            }
        }
        return modules;
    }

    private static void AddRange<T>(Option<T> option, int minimum, int maximum)
    {
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, out int value) && value >= minimum && value <= maximum)
                return (T)(object)value;
            result.AddError($"option {option.Aliases.First()} {text}: a whole number from {minimum} to {maximum} is needed");
            return default!;
        };
    }
}
