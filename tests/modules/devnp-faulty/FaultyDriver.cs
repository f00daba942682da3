[assembly: IoPkt.DriverModule(typeof(IoPkt.TestModules.Faulty.FaultyDriver), CanCreate = true)]

namespace IoPkt.TestModules.Faulty;

/// <summary>A driver that does what a bad one does, where its options say. It receives a frame whenever one is sent: its wire is a loop.</summary>
public sealed class FaultyDriver : IDriver
{
    public IReadOnlyList<ModuleOption> Options { get; } =
    [
        new("throw", "WHERE", "init, start, stop, receive, receive-later, transmit, media, mtu, dispose"),
        new("hang", "WHERE", "the same, for seconds="),
        new("seconds", "N", "30 by default"),
        new("devices", "N", "1 by default"),
    ];

    public IReadOnlyList<IDevice> Attach(DriverContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Fault fault = new(context.Options.GetString("throw"), context.Options.GetString("hang"), TimeSpan.FromSeconds(context.Options.GetNumber("seconds", 0, 3600) ?? 30));
        int count = (int)(context.Options.GetNumber("devices", 0, 8) ?? 1);
        fault.Reach("init");
        return [.. Enumerable.Range(0, count).Select(_ => new FaultyDevice(fault, context))];
    }
}

/// <summary>Where to fail, and how.</summary>
internal sealed class Fault(string? throwing, string? hanging, TimeSpan time)
{
    public void Reach(string where)
    {
        if (where == hanging)
            Thread.Sleep(time);
        if (where == throwing)
            throw new FormatException($"the driver is broken in {where}");
    }
}
