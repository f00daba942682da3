using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace IoPkt.Daemon.CommandLine;

/// <summary>What /dev/random gives, as a <see cref="Random"/>: the <c>random</c> option. Read some at a time; since Linux 5.6 reading never waits once the host has booted.</summary>
/// <remarks>It lives as long as the stack, so the descriptor is left to the process's end. Used by one thread at a time, as every source of a stack's.</remarks>
internal sealed class KernelRandomSource : Random
{
    public const string Path = "/dev/random";

    private readonly SafeFileHandle _device = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    private readonly byte[] _block = new byte[512];
    private int _used = 512;

    public override void NextBytes(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_used == _block.Length)
                Refill();
            int count = Math.Min(buffer.Length, _block.Length - _used);
            // What has been handed out isn't kept.
            Span<byte> taken = _block.AsSpan(_used, count);
            taken.CopyTo(buffer);
            taken.Clear();
            _used += count;
            buffer = buffer[count..];
        }
    }

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override int Next() => (int)NextInt64(int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(0, maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

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

    private ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        NextBytes(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void Refill()
    {
        for (int filled = 0; filled < _block.Length;)
            filled += RandomAccess.Read(_device, _block.AsSpan(filled), 0);
        _used = 0;
    }
}
