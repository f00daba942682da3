using System.Security.Cryptography;

namespace IoPkt.Daemon.CommandLine;

/// <summary>The kernel's random numbers (getrandom(2), the source behind /dev/random) as a <see cref="Random"/>: the <c>random</c> option.</summary>
internal sealed class KernelRandomSource : Random
{
    public override void NextBytes(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);

    public override void NextBytes(byte[] buffer) => RandomNumberGenerator.Fill(buffer);

    public override int Next() => RandomNumberGenerator.GetInt32(int.MaxValue);

    public override int Next(int maxValue) => Next(0, maxValue);

    public override int Next(int minValue, int maxValue) => minValue == maxValue ? minValue : RandomNumberGenerator.GetInt32(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        ulong range = (ulong)maxValue - (ulong)minValue;
        if (range == 0)
            return minValue;
        // Values past the last whole multiple of the range would make some results likelier than others.
        ulong limit = ulong.MaxValue - ulong.MaxValue % range;
        ulong value;
        do
        {
            value = NextUInt64();
        }
        while (value >= limit);
        return minValue + (long)(value % range);
    }

    public override double NextDouble() => Sample();

    public override float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    protected override double Sample() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    private static ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
