using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace IoPkt.Stack;

/// <summary>
/// An IPv4 or IPv6 address: a value of 24 bytes with no heap behind it. An IPv4 address is held in its IPv4-mapped form (RFC 4291, section 2.5.5.2), so both kinds
/// compare, hash and print by the same code, and the transport protocols needn't know which they have.
/// </summary>
public readonly struct InetAddress : IEquatable<InetAddress>
{
    private const ulong MappedPrefix = 0x0000_ffff_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>The interface that a link-local IPv6 address belongs to; 0 otherwise.</summary>
    public readonly uint ScopeId;

    private InetAddress(ulong high, ulong low, uint scopeId = 0)
    {
        _high = high;
        _low = low;
        ScopeId = scopeId;
    }

    /// <summary>The unspecified address of IPv4, 0.0.0.0. The default value of this type is that of IPv6, "::".</summary>
    public static InetAddress AnyIpv4 => FromIpv4(0);

    public static InetAddress AnyIpv6 => default;

    public static InetAddress BroadcastIpv4 => FromIpv4(0xffff_ffff);

    public static InetAddress LoopbackIpv4 => FromIpv4(0x7f00_0001);

    public AddressFamily Family => IsIpv4 ? AddressFamily.Inet : AddressFamily.Inet6;

    public bool IsIpv4 => _high == 0 && (_low & 0xffff_ffff_0000_0000) == MappedPrefix;

    /// <summary>The first and the last eight bytes of the 16-byte form, for tables that compare prefixes.</summary>
    internal ulong High => _high;

    internal ulong Low => _low;

    /// <summary>The IPv4 address as a number in host order: 10.0.0.1 is 0x0a000001.</summary>
    public uint Ipv4 => (uint)_low;

    public bool IsUnspecified => IsIpv4 ? Ipv4 == 0 : (_high | _low) == 0;

    public bool IsMulticast => IsIpv4 ? Ipv4 >> 28 == 0xe : _high >> 56 == 0xff;

    public bool IsLoopback => IsIpv4 ? Ipv4 >> 24 == 127 : _high == 0 && _low == 1;

    /// <summary>169.254/16 (RFC 3927): hosts chose it themselves, and it's valid on one link only.</summary>
    public bool IsLinkLocalIpv4 => IsIpv4 && Ipv4 >> 16 == 0xa9fe;

    /// <summary>255.255.255.255. Whether an address is a subnet's broadcast only its interface knows.</summary>
    public bool IsLimitedBroadcast => IsIpv4 && Ipv4 == 0xffff_ffff;

    /// <summary>Number of bytes on the wire: 4 or 16.</summary>
    public int Size => IsIpv4 ? 4 : 16;

    public static bool operator ==(InetAddress left, InetAddress right) => left.Equals(right);

    public static bool operator !=(InetAddress left, InetAddress right) => !left.Equals(right);

    public static InetAddress Any(AddressFamily family) => family == AddressFamily.Inet ? AnyIpv4 : AnyIpv6;

    public static InetAddress FromIpv4(uint address) => new(0, MappedPrefix | address);

    /// <param name="bytes">4 or 16 bytes, in network order.</param>
    public static InetAddress Read(ReadOnlySpan<byte> bytes, uint scopeId = 0) => bytes.Length == 4
        ? FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), scopeId);

    /// <summary>Writes <see cref="Size"/> bytes, in network order.</summary>
    public void Write(Span<byte> bytes)
    {
        if (IsIpv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, Ipv4);
            return;
        }
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
    }

    /// <summary>Whether the first <paramref name="prefixLength"/> bits (of 32 or 128) are those of <paramref name="network"/>.</summary>
    public bool IsIn(in InetAddress network, int prefixLength)
    {
        if (IsIpv4 != network.IsIpv4)
            return false;
        int bits = IsIpv4 ? prefixLength + 96 : prefixLength;
        ulong highMask = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong lowMask = bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return ((_high ^ network._high) & highMask) == 0 && ((_low ^ network._low) & lowMask) == 0;
    }

    /// <summary>The same address with the bits after the prefix cleared.</summary>
    public InetAddress Mask(int prefixLength)
    {
        int bits = IsIpv4 ? prefixLength + 96 : prefixLength;
        ulong highMask = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        ulong lowMask = bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return new InetAddress(_high & highMask, _low & lowMask, ScopeId);
    }

    public bool Equals(InetAddress other) => _high == other._high && _low == other._low && ScopeId == other.ScopeId;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is InetAddress other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low, ScopeId);

    public override string ToString() => ToIPAddress().ToString();

    /// <summary>For the edges of the stack only: it allocates.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..Size];
        Write(bytes);
        return IsIpv4 ? new IPAddress(bytes) : new IPAddress(bytes, ScopeId);
    }

    public static InetAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int count);
        return Read(bytes[..count], count == 16 ? (uint)address.ScopeId : 0);
    }

    /// <summary>Strict dotted or colon form. The short forms that inet_aton takes are the tools' business.</summary>
    public static bool TryParse(string? text, out InetAddress address)
    {
        bool parsed = IPAddress.TryParse(text, out IPAddress? ip);
        address = parsed ? From(ip!) : default;
        return parsed;
    }

    public static InetAddress Parse(string text) =>
        TryParse(text, out InetAddress address) ? address : throw new FormatException($"'{text}' is not an IP address");
}
