using System.Net.Sockets;
using IoPkt.Legacy;

namespace IoPkt.Drivers.Udp;

/// <summary>The link: a socket, and the thread that receives from it.</summary>
internal sealed class UdpInterface : ILegacyInterface, IDisposable
{
    /// <summary>Two VLAN tags more than the MTU has.</summary>
    private const int TagRoom = 8;

    private readonly IIoNet _ioNet;
    private readonly UdpOptions _options;
    private readonly Socket _socket;
    private readonly int _number;
    private readonly Thread _thread;
    private readonly byte[] _sending;
    private readonly Lock _gate = new();
    private bool _isOpen;
    private volatile bool _isEnding;

    /// <exception cref="ModuleException">The host refuses the socket.</exception>
    public UdpInterface(UdpOptions options, IIoNet ioNet)
    {
        _ioNet = ioNet;
        _options = options;
        _sending = new byte[UdpOptions.EthernetHeader + TagRoom + options.Mtu];
        _socket = new Socket(options.Local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(options.Local);
            // From then on the host takes nothing but the other end's datagrams.
            _socket.Connect(options.Remote);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new ModuleException($"local={options.Local},remote={options.Remote}: {e.Message}", e);
        }
        _number = ioNet.Register(this);
        _thread = new Thread(Receive) { Name = "devn-udp receive", IsBackground = true };
        _thread.Start();
    }

    public MacAddress Address => _options.Address;

    public int Mtu => _options.Mtu;

    /// <summary>UDP doesn't tell whether anybody is there.</summary>
    public LinkState LinkState => LinkState.Unknown;

    public string Media => $"Ethernet over UDP ({_options.Local} to {_options.Remote})";

    public void Open()
    {
        lock (_gate)
            _isOpen = true;
    }

    public void Close()
    {
        // The receiving thread holds the gate while it sends up.
        lock (_gate)
            _isOpen = false;
    }

    public bool SendDown(Npkt packet)
    {
        try
        {
            ReadOnlySpan<byte> frame = packet.Data;
            if (!packet.IsContiguous)
            {
                if (packet.Length > _sending.Length)
                    return false;
                packet.CopyTo(_sending);
                frame = _sending.AsSpan(0, packet.Length);
            }
            _socket.Send(frame);
            return true;
        }
        catch (SocketException)
        {
            // Nobody listens at the other end yet, or the host has no route to it now: a frame lost, as on any wire.
            return false;
        }
        finally
        {
            _ioNet.Done(packet);
        }
    }

    public void Dispose()
    {
        _isEnding = true;
        // Ends a receive that is under way, which closing alone doesn't on every system.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
        }
        _socket.Dispose();
        _thread.Join();
    }

    private void Receive()
    {
        byte[] discarded = new byte[1];
        Npkt? packet = null;
        while (!_isEnding)
        {
            packet ??= _ioNet.Allocate(_number, UdpOptions.EthernetHeader + TagRoom + Mtu);
            try
            {
                // Without memory the datagram is taken all the same, and lost, or the socket's queue would hold it up.
                int length = _socket.Receive(packet is null ? discarded : packet.Free, SocketFlags.None);
                if (packet is null || length == 0)
                    continue;
                packet.Commit(length);
                SendUp(packet);
                packet = null;
            }
            catch (SocketException e) when (!_isEnding)
            {
                // An ICMP error of an earlier send arrives here (ECONNREFUSED), and a datagram that is too long (EMSGSIZE): neither is the end. What comes at once again must not spin.
                if (e.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.MessageSize))
                    Thread.Sleep(TimeSpan.FromMilliseconds(100));
            }
            catch (Exception e) when (_isEnding && e is SocketException or ObjectDisposedException)
            {
                break;
            }
        }
        if (packet is not null)
            _ioNet.Done(packet);
    }

    private void SendUp(Npkt packet)
    {
        lock (_gate)
        {
            if (_isOpen)
            {
                _ioNet.SendUp(_number, packet);
                return;
            }
        }
        _ioNet.Done(packet);
    }
}
