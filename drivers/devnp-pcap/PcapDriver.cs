[assembly: IoPkt.DriverModule(typeof(IoPkt.Drivers.Pcap.PcapDriver))]

namespace IoPkt.Drivers.Pcap;

/// <summary>An interface that is a capture (pcap(3)): live, of an interface of the host, or out of a file, with its frames and its timing. What passes can be recorded.</summary>
public sealed class PcapDriver : IDriver
{
    public IReadOnlyList<ModuleOption> Options => PcapOptions.Known;

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [PcapDevice.Open(new PcapOptions(context), context)];
    }
}
