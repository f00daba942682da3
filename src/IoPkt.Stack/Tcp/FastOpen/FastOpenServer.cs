using System.Buffers.Binary;

namespace IoPkt.Stack;

/// <summary>
/// The cookies that a server gives out: RFC 7413, section 4.1.2. "The cookie … is a message authentication code (MAC) tag", here of both addresses; "The server … SHOULD
/// expire" them: the key that makes them follows from a master key and the day, and yesterday's are still good, but answered by a new one. With a key that was set, the
/// cookies are those that Linux makes of it, so that servers of both kinds can share an address.
/// </summary>
internal sealed class FastOpenServer(Clock clock, Random random)
{
    private const int CookieLength = 8;

    /// <summary>Microseconds.</summary>
    private const long Period = 24L * 3600 * 1_000_000;

    private readonly FastOpenKey _master = new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    /// <param name="key">One that was set (TCP_FASTOPEN_KEY or the stack's setting), which doesn't age; <c>null</c>: the day's.</param>
    /// <param name="local">Our address.</param>
    /// <param name="remote">The client's.</param>
    public FastOpenCookie Make(FastOpenKey? key, in InetAddress local, in InetAddress remote)
    {
        Span<byte> bytes = stackalloc byte[CookieLength];
        Write(bytes, key ?? KeyOf(clock.Now / Period), local, remote);
        return new FastOpenCookie(bytes);
    }

    /// <returns>Whether the cookie is one of ours; <paramref name="isOld"/>: and a new one should be given.</returns>
    public bool IsValid(in FastOpenCookie cookie, FastOpenKey? key, FastOpenKey? backup, in InetAddress local, in InetAddress remote, out bool isOld)
    {
        isOld = false;
        if (cookie.Length != CookieLength)
            return false;
        long period = clock.Now / Period;
        Span<byte> bytes = stackalloc byte[CookieLength];
        Write(bytes, key ?? KeyOf(period), local, remote);
        if (cookie.Matches(bytes))
            return true;
        isOld = true;
        if (key is null)
            Write(bytes, KeyOf(period - 1), local, remote);
        else if (backup is { } second)
            Write(bytes, second, local, remote);
        else
            return false;
        return cookie.Matches(bytes);
    }

    private FastOpenKey KeyOf(long period)
    {
        Span<byte> bytes = stackalloc byte[9];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, period);
        ulong first = SipHash.Compute(_master.Low, _master.High, bytes);
        bytes[8] = 1;
        return new FastOpenKey(first, SipHash.Compute(_master.Low, _master.High, bytes));
    }

    /// <summary>The client's address, then ours, under SipHash.</summary>
    private static void Write(Span<byte> destination, in FastOpenKey key, in InetAddress local, in InetAddress remote)
    {
        Span<byte> addresses = stackalloc byte[32];
        remote.Write(addresses);
        local.Write(addresses[remote.Size..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, SipHash.Compute(key.Low, key.High, addresses[..(remote.Size + local.Size)]));
    }
}
