using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

/// <summary>RFC 9293, section 3.4: comparisons are of distances on a circle, and hold for numbers less than 2**31 apart, wherever zero lies between them.</summary>
public sealed class SequenceNumberTests
{
    private static readonly Gen<(uint Start, int Distance)> s_pairs = Gen.Select(Gen.UInt, Gen.OneOf(Gen.Int[0, 70_000], Gen.Int[0, int.MaxValue]));

    [Fact]
    public void Order_is_that_of_the_distance_from_anywhere() => s_pairs.Sample((start, distance) =>
    {
        SequenceNumber a = new(start), b = a + distance;
        Assert.Equal(distance, b - a);
        Assert.Equal(-distance, a - b);
        Assert.Equal(distance > 0, a < b);
        Assert.Equal(distance > 0, b > a);
        Assert.Equal(distance == 0, a == b);
        Assert.True(a <= b && b >= a);
        Assert.Equal(distance == 0, a >= b);
        Assert.Equal(b, SequenceNumber.Max(a, b));
        Assert.Equal(a, SequenceNumber.Min(b, a));
        Assert.Equal(a, b - distance);
    });

    [Fact]
    public void A_window_holds_exactly_its_numbers() => Gen.Select(Gen.UInt, Gen.Int[0, 1 << 30], Gen.UInt).Sample((start, size, number) =>
    {
        SequenceNumber first = new(start), end = first + size;
        ulong position = ((ulong)number + (1UL << 32) - start) % (1UL << 32);
        Assert.Equal(position < (ulong)size, new SequenceNumber(number).IsIn(first, end));
        Assert.False(end.IsIn(first, end));
        Assert.Equal(size > 0, first.IsIn(first, end));
    });

    [Fact]
    public void The_window_scale_is_the_least_that_tells_the_buffer() => Gen.Int[0, int.MaxValue].Sample(size =>
    {
        byte scale = TcpConnection.ScaleFor(size);
        Assert.True(scale == TcpOptions.MaximumWindowScale || 65535L << scale >= size);
        Assert.True(scale == 0 || 65535L << (scale - 1) < size);
    });
}
