using System.Buffers.Binary;
using System.Runtime.InteropServices;
using IoPkt.Drivers.PacketSocket.Native;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Drivers.PacketSocket;

/// <summary>One packet socket (packet(7)) on an interface of the host.</summary>
internal sealed unsafe class PacketSocketHandle : IDisposable
{
    // linux/if_packet.h
    private const int SOL_PACKET = 263;
    private const int PACKET_ADD_MEMBERSHIP = 1;
    private const int PACKET_DROP_MEMBERSHIP = 2;
    private const int PACKET_RX_RING = 5;
    private const int PACKET_STATISTICS = 6;
    private const int PACKET_VERSION = 10;
    private const int PACKET_VNET_HDR = 15;
    private const int PACKET_FANOUT = 18;
    private const int PACKET_QDISC_BYPASS = 20;
    private const int PACKET_IGNORE_OUTGOING = 23;

    private const int TPACKET_V2 = 1;
    private const int FanoutHash = 0;
    private const int FanoutUniqueId = 0x2000;
    private const int FanoutIgnoreOutgoing = 0x4000;
    private const int SendBuffer = 4 << 20;
    private const ushort AnyProtocol = 0x0003; // ETH_P_ALL

    private readonly SafeFileHandle _handle;
    private readonly HostInterface _host;

    /// <exception cref="ModuleException">The host refuses; the message says what to do.</exception>
    public PacketSocketHandle(HostInterface host)
    {
        _host = host;
        // Protocol 0: nothing is received before it's bound.
        _handle = LibC.Socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK, 0);
        if (_handle.IsInvalid)
        {
            throw new ModuleException(Marshal.GetLastPInvokeError() == LibC.EPERM
                ? $"can't open a packet socket: the capability CAP_NET_RAW is missing: run as root, or give the program the capability (sudo setcap cap_net_raw+ep {Environment.ProcessPath})"
                : $"can't open a packet socket: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    public int Number => (int)_handle.DangerousGetHandle();

    /// <summary>Each frame has a virtio header in front, both ways: checksums and segmentation may be left to the host.</summary>
    public void EnableHeaders() => Set(PACKET_VNET_HDR, 1, "leave checksums to the host");

    /// <summary>Makes and maps the ring of received frames.</summary>
    public ReceiveRing MapRing(int bytes, int frameSize)
    {
        Set(PACKET_VERSION, TPACKET_V2, "use its ring");
        RingRequest request = ReceiveRing.Layout(bytes, frameSize);
        Set(PACKET_RX_RING, &request, sizeof(RingRequest), $"get a ring of {bytes >> 20} MiB (ring=MIB takes another size)");
        nint length = (nint)request.BlockSize * (nint)request.BlockCount;
        nint memory = LibC.Map(0, length, LibC.PROT_READ_WRITE, LibC.MAP_SHARED, _handle, 0);
        return memory == LibC.MAP_FAILED ? throw Failure("map its ring") : new ReceiveRing(memory, length, request);
    }

    /// <summary>Begins to receive: everything but what the host itself sends there.</summary>
    public void Bind()
    {
        Set(PACKET_IGNORE_OUTGOING, 1, "tell the host's frames from the wire's (Linux 4.20 can)");
        // Our queue is in front already, and what the device has no room for is ours to drop and count.
        TrySet(SOL_PACKET, PACKET_QDISC_BYPASS, 1);
        if (!TrySet(LibC.SOL_SOCKET, LibC.SO_SNDBUFFORCE, SendBuffer))
            TrySet(LibC.SOL_SOCKET, LibC.SO_SNDBUF, SendBuffer);
        LinkAddress address = new() { Family = LibC.AF_PACKET, Protocol = BinaryPrimitives.ReverseEndianness(AnyProtocol), Index = _host.Index };
        if (LibC.Bind(_handle, &address, sizeof(LinkAddress)) != 0)
            throw Failure("bind to it");
    }

    /// <summary>Shares the interface's frames with other sockets, a flow always to the same.</summary>
    /// <param name="group"><c>null</c> for the first socket.</param>
    /// <returns>The group's number, for the others.</returns>
    public int JoinFanout(int? group)
    {
        Set(PACKET_FANOUT, (group ?? 0) | (FanoutHash | FanoutIgnoreOutgoing | (group is null ? FanoutUniqueId : 0)) << 16, "share its flows between queues (queues=1 does without)");
        int value, length = sizeof(int);
        if (LibC.GetOption(_handle, SOL_PACKET, PACKET_FANOUT, &value, &length) != 0)
            throw Failure("share its flows between queues (queues=1 does without)");
        return value & 0xffff;
    }

    /// <summary>Adds to what the interface's own filter lets in, or takes it back.</summary>
    /// <param name="type">PACKET_MR_…</param>
    /// <param name="address">For PACKET_MR_UNICAST.</param>
    /// <param name="add">Add, or take back.</param>
    public void SetMembership(MembershipType type, MacAddress address, bool add)
    {
        Membership membership = new() { Index = _host.Index, Type = (ushort)type, Length = MacAddress.Size };
        address.Write(new Span<byte>(membership.Address, MacAddress.Size));
        if (LibC.SetOption(_handle, SOL_PACKET, add ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP, &membership, sizeof(Membership)) != 0 && add)
            throw Failure("change what it receives");
    }

    /// <summary>Takes the pending error, which would keep the socket readable for ever: the host's interface went down.</summary>
    public void ClearError()
    {
        int value, length = sizeof(int);
        _ = LibC.GetOption(_handle, LibC.SOL_SOCKET, LibC.SO_ERROR, &value, &length);
    }

    /// <summary>Frames that the host dropped because the ring was full, since the last time.</summary>
    public int TakeDrops()
    {
        // struct tpacket_stats: packets, drops.
        long statistics = 0;
        int length = sizeof(long);
        return LibC.GetOption(_handle, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) == 0 ? (int)(statistics >> 32) : 0;
    }

    public void Dispose() => _handle.Dispose();

    private bool TrySet(int level, int name, int value) => LibC.SetOption(_handle, level, name, &value, sizeof(int)) == 0;

    private void Set(int name, int value, string what) => Set(name, &value, sizeof(int), what);

    private void Set(int name, void* value, int length, string what)
    {
        if (LibC.SetOption(_handle, SOL_PACKET, name, value, length) != 0)
            throw Failure(what);
    }

    private ModuleException Failure(string what) => new($"the host's interface {_host.Name}: can't {what}: {Marshal.GetLastPInvokeErrorMessage()}");
}

/// <summary>PACKET_MR_…</summary>
internal enum MembershipType : ushort
{
    Promiscuous = 1,
    AllMulticast = 2,
    Unicast = 3,
}
