using System.Net;
using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Addressing;

public sealed class InetAddressTests
{
    private static readonly Gen<byte[]> s_bytes = Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]);

    [Fact]
    public void Bytes_and_text_come_back_as_they_were()
    {
        s_bytes.Sample(bytes =>
        {
            InetAddress address = InetAddress.Read(bytes);
            byte[] written = new byte[address.Size];
            address.Write(written);
            Assert.Equal(bytes, written);
            Assert.Equal(new IPAddress(bytes).ToString(), address.ToString());
            Assert.Equal(address, InetAddress.Parse(address.ToString()));
        });
    }

    [Fact]
    public void Prefixes_match_as_bit_strings_do()
    {
        Gen.Select(s_bytes, s_bytes, Gen.Int[0, 128]).Sample((a, b, length) =>
        {
            length = Math.Min(length, 8 * a.Length);
            bool expected = a.Length == b.Length && Bits(a)[..length] == Bits(b)[..length];
            Assert.Equal(expected, InetAddress.Read(a).IsIn(InetAddress.Read(b), length));
            InetAddress masked = InetAddress.Read(a).Mask(length);
            Assert.True(masked.IsIn(InetAddress.Read(a), length));
            byte[] written = new byte[masked.Size];
            masked.Write(written);
            Assert.DoesNotContain('1', Bits(written)[length..]);
        });
    }

    [Fact]
    public void Special_addresses_are_told_apart()
    {
        Assert.True(InetAddress.Parse("224.0.0.1").IsMulticast);
        Assert.True(InetAddress.Parse("ff02::1").IsMulticast);
        Assert.True(InetAddress.Parse("127.9.9.9").IsLoopback);
        Assert.True(InetAddress.Parse("::1").IsLoopback);
        Assert.True(InetAddress.AnyIpv4.IsUnspecified && InetAddress.AnyIpv6.IsUnspecified && InetAddress.AnyIpv4 != InetAddress.AnyIpv6);
        Assert.True(InetAddress.Parse("255.255.255.255").IsLimitedBroadcast);
        Assert.False(InetAddress.Parse("10.0.0.1").IsMulticast || InetAddress.Parse("fe80::1").IsIpv4);
    }

    private static string Bits(byte[] bytes) => string.Concat(bytes.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
}
