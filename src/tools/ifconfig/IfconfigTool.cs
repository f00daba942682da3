using IoPkt.Wire.Management;

namespace IoPkt.Tools.Ifconfig;

/// <summary>ifconfig(8): shows interfaces and configures them.</summary>
internal sealed class IfconfigTool : ITool
{
    public string Name => "ifconfig";

    public IReadOnlyList<string> Usage =>
    [
        "[-hmvz] interface [family]",
        "-a [-bdhmsuvz] [family]",
        "-l [-bdsu]",
        "-C",
        "-s interface",
        "interface [family] [address[/len] [dest_address]] [parameters]",
        "interface create | destroy",
    ];

    public string Help => """

        -a  all interfaces (also without arguments)   -l  their names only
        -b  those that broadcast    -d  those that are down    -u  those that are up
        -s  leaves out those that aren't connected; with an interface: exit status 1 if it isn't
        -C  interfaces that 'create' makes; others are made by mount -T io-pkt
        -m  supported media    -v  statistics    -z  statistics, which are set to zero afterwards    -h  sizes in K, M, G

        parameters, applied in their order:
          netmask MASK   prefixlen N   broadcast ADDRESS     of the address before them (0xffffff00, 255.255.255.0)
          alias          in addition to the addresses there are       -alias, delete   takes the address away
          mtu N          up            down

        An address may have a short form: 10.184 is 10.0.0.184. Without a mask it gets its class's. The interface goes up with it.
        SOCK names the stack: the prefix of the io-pkt to ask.

        examples:
          SOCK=/alt ifconfig -a
          ifconfig tap0 10.1.0.2/24 mtu 1400
          ifconfig tap0 inet 10.1.0.3 netmask 255.255.255.0 alias
          ifconfig tap0 10.1.0.3 delete
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        IfconfigCommand command = IfconfigCommand.Parse(arguments, new HostNames());
        if (command.Actions.Count > 0)
        {
            foreach (InterfaceAction action in command.Actions)
                await action.ApplyAsync(context, command.Interface!).ConfigureAwait(false);
            return 0;
        }
        if (command.Cloners)
        {
            await context.Output.WriteLineAsync(string.Join(' ', await context.Management.GetClonersAsync(context.Interrupted).ConfigureAwait(false))).ConfigureAwait(false);
            return 0;
        }
        IReadOnlyList<InterfaceInfo> shown = command.Interface is not null
            ? [await context.Management.GetInterfaceAsync(command.Interface, context.Interrupted).ConfigureAwait(false)]
            : [.. (await context.Management.GetInterfacesAsync(context.Interrupted).ConfigureAwait(false)).Where(command.Selects)];
        if (command.IsStatusQuery)
            return shown[0].LinkUp == false ? 1 : 0;
        if (command.NamesOnly)
        {
            await context.Output.WriteLineAsync(string.Join(' ', shown.Select(i => i.Name))).ConfigureAwait(false);
            return 0;
        }
        foreach (InterfaceInfo one in shown)
        {
            await context.Output.WriteAsync(InterfacePrinter.Format(one, command)).ConfigureAwait(false);
            if (command.ResetCounters)
            {
                InterfaceSettings reset = new() { Name = one.Name, ResetCounters = true };
                await context.Management.SetInterfaceAsync(reset, context.Interrupted).ConfigureAwait(false);
            }
        }
        return 0;
    }
}
