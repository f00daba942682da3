using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace IoPkt.Wire.Sockets;

/// <summary>
/// Linux's <c>struct sockaddr_in</c> and <c>struct sockaddr_in6</c>: a value, so that a datagram's address crosses without allocation. An IPv4 address is held in
/// IPv4-mapped form (RFC 4291, section 2.5.5.2).
/// </summary>
/// <param name="Family">Linux's AF_ number.</param>
/// <param name="Port">In host order.</param>
/// <param name="Address">The 128 bits, most significant first.</param>
/// <param name="ScopeId">The interface of a link-local IPv6 address, or 0.</param>
public readonly record struct SockAddr(ushort Family, ushort Port, UInt128 Address, uint ScopeId = 0)
{
    public const ushort Unspecified = 0;
    public const ushort Inet = 2;
    public const ushort Inet6 = 10;

    /// <summary>Bytes of a <c>sockaddr_in</c>.</summary>
    public const int InetSize = 16;

    /// <summary>Bytes of a <c>sockaddr_in6</c>, the longest there is here.</summary>
    public const int MaximumSize = 28;

    private static readonly UInt128 MappedPrefix = new(0, 0x0000_ffff_0000_0000);

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public int Size => Family == Inet6 ? MaximumSize : InetSize;

    /// <summary>An IPv4 address, given as a number in host order, and a port.</summary>
    public static SockAddr FromIpv4(uint address, ushort port) => new(Inet, port, MappedPrefix | address);

    /// <summary>Reads an address of either family, or of none (<c>AF_UNSPEC</c>: only the family counts). Longer structures than needed are taken, as Linux does.</summary>
    /// <returns>Whether the family is known and the bytes are enough for it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SockAddr address)
    {
        address = default;
        if (bytes.Length < 2)
            return false;
        ushort family = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        switch (family)
        {
            case Unspecified:
                return true;
            case Inet when bytes.Length >= InetSize:
                address = FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
                return true;
            case Inet6 when bytes.Length >= MaximumSize:
                address = new SockAddr(Inet6, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the structure, every byte of it.</summary>
    /// <returns><see cref="Size"/>.</returns>
    public int Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Family);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Port);
        if (Family == Inet6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], Address);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], ScopeId);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)Address);
        }
        return Size;
    }

    /// <summary>For clients; it allocates.</summary>
    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(Family == Inet6 ? new IPAddress(bytes, ScopeId) : new IPAddress(bytes[12..]), Port);
    }

    /// <summary>The address of an endpoint, in the endpoint's own family.</summary>
    public static SockAddr From(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Span<byte> bytes = stackalloc byte[16];
        endpoint.Address.TryWriteBytes(bytes, out int count);
        return endpoint.AddressFamily == AddressFamily.InterNetworkV6
            ? new SockAddr(Inet6, (ushort)endpoint.Port, BinaryPrimitives.ReadUInt128BigEndian(bytes), (uint)endpoint.Address.ScopeId)
            : FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[..count]), (ushort)endpoint.Port);
    }
}
