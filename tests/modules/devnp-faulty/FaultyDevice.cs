using System.Net.Sockets;

namespace IoPkt.TestModules.Faulty;

/// <summary>Its wire is a socket of the host that is connected to itself.</summary>
internal sealed class FaultyDevice : IDevice, IDeviceQueue
{
    private readonly byte[] _ballast = new byte[1 << 20];
    private readonly byte[] _frame = new byte[2048];
    private readonly Socket _wire = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly Fault _fault;
    private readonly MbufPool _pool;

    public FaultyDevice(Fault fault, DriverContext context)
    {
        _fault = fault;
        _pool = context.Pool;
        Address = MacAddress.CreateLocal(context.Random);
        UnixDomainSocketEndPoint self = new($"\0faulty-{Guid.NewGuid()}");
        _wire.Bind(self);
        _wire.Connect(self);
    }

    public string NamePrefix => "faulty";

    public MacAddress Address { get; }

    public int Mtu => 1500;

    public InterfaceFlags Flags => InterfaceFlags.Broadcast | InterfaceFlags.Simplex | InterfaceFlags.Multicast;

    public DeviceCapabilities ReceiveCapabilities => DeviceCapabilities.None;

    public DeviceCapabilities TransmitCapabilities => DeviceCapabilities.None;

    public LinkState LinkState => LinkState.Up;

    public string Media
    {
        get
        {
            _fault.Reach("media");
            return "Ethernet loop";
        }
    }

    public IReadOnlyList<IDeviceQueue> Queues => [this];

    public int Descriptor => (int)_wire.Handle;

    public DeviceCounters Received { get; } = new();

    public DeviceCounters Transmitted { get; } = new();

    public void Start()
    {
        // Touched, so that it's memory and not only addresses.
        Array.Fill(_ballast, (byte)1);
        _fault.Reach("start");
    }

    public void Stop() => _fault.Reach("stop");

    public void SetMtu(int mtu) => _fault.Reach("mtu");

    public void SetReceiveMode(bool promiscuous, bool allMulticast)
    {
    }

    public int Receive(ref MbufQueue frames, int budget)
    {
        _fault.Reach("receive");
        int count = 0;
        while (count < budget && _wire.Available > 0)
        {
            int length = _wire.Receive(_frame);
            if (_pool.GetCopy(_frame.AsSpan(0, length)) is { } frame)
                frames.Enqueue(frame);
            Received.Add(1, length);
            count++;
            if (frames.Count > 0)
                _fault.Reach("receive-later");
        }
        return count;
    }

    public void Transmit(ref MbufQueue frames)
    {
        _fault.Reach("transmit");
        while (frames.TryDequeue(out Mbuf? frame))
        {
            byte[] bytes = new byte[frame.Packet.Length];
            frame.CopyTo(0, bytes);
            frame.Free();
            _wire.Send(bytes);
            Transmitted.Add(1, bytes.Length);
        }
    }

    public void Dispose()
    {
        _wire.Dispose();
        _fault.Reach("dispose");
    }
}
