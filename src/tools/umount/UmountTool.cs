using IoPkt.Client;

namespace IoPkt.Tools.Umount;

/// <summary>umount(8): takes interfaces and protocols away from a running stack, and leaves everything else to the system's umount.</summary>
internal sealed class UmountTool : ITool
{
    public string Name => "umount";

    public IReadOnlyList<string> Usage => ["prefix/dev/io-net/interface", "-T io-pkt[N] interface | protocol", "…    (anything else: as the system's umount has it)"];

    public string Help => """

        Destroys the interface of a legacy driver by its entry in the name space, or any interface or protocol by its name; a module leaves memory with the last of its interfaces.

        -T, -t io-pkt[N]  the stack: N is the number of its -i. Without a number: the stack that SOCK names, or instance 0.

        examples:
          umount /alt/dev/io-net/en0
          umount -T io-pkt1 lsm-autoip
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        if (UmountCommand.Parse(arguments) is not { } command)
        {
            if (StackType.Doubt(Name, arguments) is { } doubt)
                await context.Error.WriteLineAsync(doubt).ConfigureAwait(false);
            return SystemCommand.Become(Name, arguments);
        }
        IoPktManagement management = context.ManagementOf(command.Connect);
        if (command.IsProtocol)
            await management.UnloadProtocolAsync(command.Target, context.Interrupted).ConfigureAwait(false);
        else
            await management.DestroyInterfaceAsync(command.Target, context.Interrupted).ConfigureAwait(false);
        return 0;
    }
}
