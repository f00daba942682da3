using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Tcp;

public sealed class TcpOptionsTests
{
    private static readonly Gen<(uint, uint)[]> s_blocks = Gen.Select(Gen.UInt, Gen.UInt).Array[0, SackBlocks.Capacity];

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Gen.UShort, Gen.Int[-1, TcpOptions.MaximumWindowScale], Gen.Bool, Gen.Bool, Gen.Select(Gen.UInt, Gen.UInt), s_blocks)
            .Sample((mss, scale, sackPermitted, hasTimestamps, timestamps, blocks) =>
            {
                TcpOptions options = new()
                {
                    MaximumSegmentSize = mss,
                    HasWindowScale = scale >= 0,
                    WindowScale = (byte)Math.Max(0, scale),
                    SackPermitted = sackPermitted,
                    HasTimestamps = hasTimestamps,
                    TimestampValue = hasTimestamps ? timestamps.Item1 : 0,
                    TimestampEcho = hasTimestamps ? timestamps.Item2 : 0,
                };
                int room = options.SackRoom;
                for (int i = 0; i < Math.Min(room, blocks.Length); i++)
                    options.Sack[options.SackCount++] = new SackBlock(new SequenceNumber(blocks[i].Item1), new SequenceNumber(blocks[i].Item2));
                Assert.True(options.Length <= 40 && options.Length % 4 == 0);
                byte[] bytes = new byte[options.Length];
                options.Write(bytes);
                Assert.True(TcpOptions.TryRead(bytes, out TcpOptions read));
                AssertSame(options, read);
            });

    [Fact]
    public void Any_bytes_are_read_without_harm() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        TcpOptions.TryRead(bytes, out TcpOptions read);
        Assert.InRange(read.SackCount, 0, SackBlocks.Capacity);
        Assert.InRange(read.WindowScale, 0, TcpOptions.MaximumWindowScale);
    }, iter: 20_000);

    /// <summary>RFC 9293, section 3.1 (MUST-6): "A TCP implementation MUST … ignore without error any TCP option it does not implement".</summary>
    [Fact]
    public void Unknown_options_change_nothing() => Gen.Select(Gen.Byte[70, 250], Gen.Byte.Array[0, 10], Gen.UInt, Gen.UInt).Sample((kind, value, tsValue, tsEcho) =>
    {
        TcpOptions options = new() { HasTimestamps = true, TimestampValue = tsValue, TimestampEcho = tsEcho };
        byte[] known = new byte[options.Length];
        options.Write(known);
        byte[] unknown = [kind, (byte)(value.Length + 2), .. value];
        Assert.True(TcpOptions.TryRead([.. unknown, .. known], out TcpOptions before));
        Assert.True(TcpOptions.TryRead([.. known, .. unknown], out TcpOptions after));
        AssertSame(options, before);
        AssertSame(options, after);
    });

    private static void AssertSame(in TcpOptions expected, in TcpOptions actual)
    {
        Assert.Equal((expected.MaximumSegmentSize, expected.HasWindowScale, expected.WindowScale, expected.SackPermitted),
            (actual.MaximumSegmentSize, actual.HasWindowScale, actual.WindowScale, actual.SackPermitted));
        Assert.Equal((expected.HasTimestamps, expected.TimestampValue, expected.TimestampEcho, expected.SackCount),
            (actual.HasTimestamps, actual.TimestampValue, actual.TimestampEcho, actual.SackCount));
        for (int i = 0; i < expected.SackCount; i++)
            Assert.Equal(expected.Sack[i], actual.Sack[i]);
    }
}
