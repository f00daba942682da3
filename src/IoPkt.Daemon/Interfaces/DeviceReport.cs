namespace IoPkt.Daemon.Interfaces;

/// <summary>What a device, and the daemon's queues to it, tell of themselves.</summary>
/// <param name="Driver">The module: "devnp-tap"; <c>null</c> where there's none.</param>
/// <param name="Media">The driver's line on its medium.</param>
/// <param name="LinkState">Its carrier.</param>
/// <param name="Queues">Each with its counters.</param>
public sealed record DeviceReport(string? Driver, string Media, LinkState LinkState, IReadOnlyList<QueueReport> Queues);

/// <param name="Received">What the device received.</param>
/// <param name="ReceiveDrops">Frames lost between the device and the stack.</param>
/// <param name="Transmitted">What the device sent.</param>
/// <param name="TransmitDrops">Frames lost between the stack and the device.</param>
public sealed record QueueReport(DeviceCounters Received, long ReceiveDrops, DeviceCounters Transmitted, long TransmitDrops);
