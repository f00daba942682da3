using IoPkt.Wire.Management;

namespace IoPkt.Tools.Nicinfo;

/// <summary>nicinfo: an interface's hardware and everything that's counted on its way, in QNX's form. It's what one looks at first when a driver gives trouble.</summary>
internal sealed class NicinfoTool : ITool
{
    public string Name => "nicinfo";

    public IReadOnlyList<string> Usage => ["[-a] [interface | prefix/dev/io-net/interface]…"];

    public string Help => """

        Without an interface: all that have a device.
        -a  those that have none, too (lo0)

        Drops on receive happen between the device and the stack or for want of memory, drops on transmit in a queue that was full or closed; errors are the device's.
        SOCK names the stack.

        examples:
          SOCK=/alt nicinfo
          nicinfo tap0
        """;

    public async Task<int> RunAsync(ToolContext context, IReadOnlyList<string> arguments)
    {
        OptionParser options = new("a");
        IReadOnlyList<string> names = options.Parse(arguments);
        List<InterfaceInfo> shown = [];
        if (names.Count == 0)
        {
            IReadOnlyList<InterfaceInfo> all = await context.Management.GetInterfacesAsync(context.Interrupted).ConfigureAwait(false);
            shown.AddRange(all.Where(i => options.Has('a') || i.Driver is not null));
        }
        foreach (string name in names)
            shown.Add(await context.Management.GetInterfaceAsync(Path.GetFileName(name), context.Interrupted).ConfigureAwait(false));
        await context.Output.WriteAsync(string.Join('\n', shown.Select(NicinfoPrinter.Format))).ConfigureAwait(false);
        return 0;
    }
}
