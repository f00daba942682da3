using System.Buffers.Binary;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;

namespace IoPkt.Daemon.Sockets;

/// <summary>Between the addresses of the wire format, with Linux's family numbers, and the stack's.</summary>
internal static class SockAddrConversion
{
    public static SockAddr ToSockAddr(this in InetEndpoint endpoint)
    {
        InetAddress address = endpoint.Address;
        if (address.IsIpv4)
            return SockAddr.FromIpv4(address.Ipv4, endpoint.Port);
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return new SockAddr(SockAddr.Inet6, endpoint.Port, BinaryPrimitives.ReadUInt128BigEndian(bytes), address.ScopeId);
    }

    /// <param name="address">As received.</param>
    /// <param name="family">The socket's.</param>
    /// <param name="endpoint">The same for the stack.</param>
    /// <returns>Whether the address is of the socket's family.</returns>
    public static bool TryConvert(in SockAddr address, AddressFamily family, out InetEndpoint endpoint)
    {
        endpoint = default;
        if (address.Family != (family == AddressFamily.Inet ? SockAddr.Inet : SockAddr.Inet6))
            return false;
        if (family == AddressFamily.Inet)
        {
            endpoint = new InetEndpoint(InetAddress.FromIpv4((uint)address.Address), address.Port);
            return true;
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Address);
        endpoint = new InetEndpoint(InetAddress.Read(bytes, address.ScopeId), address.Port);
        return true;
    }
}
