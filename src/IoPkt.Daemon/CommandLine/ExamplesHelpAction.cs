using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace IoPkt.Daemon.CommandLine;

/// <summary><c>--help</c>: the options, and then command lines that work.</summary>
internal sealed class ExamplesHelpAction(HelpAction options, string program) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          io-pkt-v4 -d tap host=10.1.0.1/24
              A stack with one interface, tap0, on a TAP device whose host side has the address 10.1.0.1.
          io-pkt-v4 -i1 -d tap name=wan -p tcpip prefix=/alt,forward
              A second stack, with the interface wan0; programs choose it with SOCK=/alt.
          SOCK=/alt ifconfig wan0 10.2.0.1/24
              Gives it an address.
          io-pkt-v4 --foreground -v -t 2 -d tap -p tcpip prefix=$XDG_RUNTIME_DIR/net
              As systemd and containers want it, without writing outside of the user's own folder.

        """;

    public static void AddTo(RootCommand root, string program)
    {
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction action } help)
                help.Action = new ExamplesHelpAction(action, program);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        int result = options.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.Write(Examples.Replace("io-pkt-v4", program, StringComparison.Ordinal));
        return result;
    }
}
