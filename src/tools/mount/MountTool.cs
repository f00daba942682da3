namespace IoPkt.Tools.Mount;

/// <summary>mount(8): starts drivers and protocols on a running stack, and leaves all other mounting to the system's mount.</summary>
internal sealed class MountTool : ITool
{
    public string Name => "mount";

    public IReadOnlyList<string> Usage => ["-T io-pkt[N] [-v] [-o options] module", "…    (any other type: as the system's mount has it)"];

    public string Help => """

        -T, -t io-pkt[N]  the stack: N is the number of its -i. Without a number: the stack that SOCK names, or instance 0.
                          io-net[N] and tcpip are accepted, too
        -o options        of the driver or protocol, separated by commas; may be repeated
        -v                says which interfaces there are now

        module is a driver (devnp-tap.so, tap, devn-udp), a protocol (lsm-autoip.so), or the path of one. Only root and the user that runs the daemon may.
        Interfaces go away by 'ifconfig IF destroy' or, if a legacy driver made them, 'umount PREFIX/dev/io-net/IF'; protocols by 'umount -T io-pkt[N] lsm-X'.

        examples:
          mount -T io-pkt -o mac=12345678 devnp-bge.so
          mount -Tio-pkt1 /lib/dll/devnp-i82544.so
          mount -T io-pkt -o if=tap0,delay=200 lsm-autoip.so
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        if (MountCommand.Parse(arguments) is not { } command)
        {
            if (StackType.Doubt(Name, arguments) is { } doubt)
                await context.Error.WriteLineAsync(doubt).ConfigureAwait(false);
            return SystemCommand.Become(Name, arguments);
        }
        Client.IoPktManagement management = context.ManagementOf(command.Stack.Connect);
        if (command.IsProtocol)
        {
            await management.LoadProtocolAsync(command.Module, command.Options, context.Interrupted).ConfigureAwait(false);
            return 0;
        }
        IReadOnlyList<string> interfaces = await management.LoadDriverAsync(command.Module, command.Options, context.Interrupted).ConfigureAwait(false);
        if (command.Verbose)
            await context.Output.WriteLineAsync($"{command.Module}: {string.Join(' ', interfaces)}").ConfigureAwait(false);
        return 0;
    }
}
