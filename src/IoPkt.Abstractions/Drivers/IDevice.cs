namespace IoPkt;

/// <summary>
/// One network interface's hardware, or what stands for it. A driver makes it; the daemon gives it a name, an <c>ifnet</c> in the stack and packet
/// threads. All methods but those of the queues are called by one thread at a time and may block; none is called in the stack context.
/// </summary>
/// <remarks>An exception from any member takes this interface down, with a log entry, and nothing else.</remarks>
public interface IDevice : IDisposable
{
    /// <summary>The interface's name without its number, unless the user chose one with <c>name=</c>: "tap" gives tap0.</summary>
    string NamePrefix { get; }

    MacAddress Address { get; }

    /// <summary>Bytes of the largest payload of a frame, link header not counted.</summary>
    int Mtu { get; }

    InterfaceFlags Flags { get; }

    DeviceCapabilities ReceiveCapabilities { get; }

    DeviceCapabilities TransmitCapabilities { get; }

    LinkState LinkState { get; }

    /// <summary>One line for "media:" in ifconfig: "Ethernet autoselect (10Gbase-T full-duplex)".</summary>
    string Media { get; }

    /// <summary>At least one. Each is served by one packet thread; there are never more than <see cref="DriverContext.MaximumQueues"/>.</summary>
    IReadOnlyList<IDeviceQueue> Queues { get; }

    /// <summary>The interface goes up: frames may flow from now on.</summary>
    void Start();

    /// <summary>The interface goes down: no frame is received or sent after this returns. It may be started again.</summary>
    void Stop();

    /// <exception cref="ArgumentOutOfRangeException">The device can't have that MTU; the message says what it can have.</exception>
    void SetMtu(int mtu);

    /// <summary>
    /// Called when the stack wants all frames (a bridge, a packet filter) or all multicast frames, or no longer; after <see cref="Start"/> it wants all multicast
    /// frames of a device with <see cref="InterfaceFlags.Multicast"/>.
    /// </summary>
    void SetReceiveMode(bool promiscuous, bool allMulticast);
}

/// <summary>One receive and transmit queue of a device. Used by one thread at a time.</summary>
public interface IDeviceQueue
{
    /// <summary>A host descriptor that polls readable when there's something to receive; −1 when the queue delivers through <see cref="IDeviceInput"/> instead.</summary>
    int Descriptor { get; }

    /// <summary>Takes up to <paramref name="budget"/> frames, without blocking, and adds them to <paramref name="frames"/>: whole, from the link header on.</summary>
    /// <returns>How many were taken; less than the budget means that the queue is empty.</returns>
    int Receive(ref MbufQueue frames, int budget);

    /// <summary>
    /// Sends all frames, in order, without blocking, and frees them. What the device has no room for is dropped and counted
    /// in <see cref="Transmitted"/>; the queue is always left empty.
    /// </summary>
    void Transmit(ref MbufQueue frames);

    DeviceCounters Received { get; }

    DeviceCounters Transmitted { get; }
}
