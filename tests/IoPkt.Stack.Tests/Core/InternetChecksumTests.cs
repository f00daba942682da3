using CsCheck;
using Xunit;

namespace IoPkt.Stack.Tests.Core;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_RFC_1071_section_3()
    {
        Assert.Equal(0xddf2, InternetChecksum.FoldTo16(InternetChecksum.Sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])));
    }

    [Fact]
    public void It_is_the_plain_sum_of_words_at_any_length()
    {
        Gen.Byte.Array[0, 5000].Sample(data => Assert.Equal(Naive(data), InternetChecksum.Finish(InternetChecksum.Sum(data))));
    }

    [Fact]
    public void Where_a_packet_is_cut_makes_no_difference()
    {
        using MbufPool pool = new();
        Gen.Select(Gen.Byte.Array[0, 700].Array[1, 8], Gen.Int[0, 200]).Sample((pieces, offset) =>
        {
            Mbuf packet = pool.GetCopy(pieces[0])!;
            foreach (byte[] piece in pieces[1..])
                packet.Concatenate(pool.GetCopy(piece)!);
            byte[] whole = [.. pieces.SelectMany(p => p)];
            offset = Math.Min(offset, whole.Length);
            Assert.Equal(Naive(whole[offset..]), InternetChecksum.Finish(InternetChecksum.Sum(packet, offset, whole.Length - offset)));
            packet.Free();
        }, threads: 1);
    }

    /// <summary>RFC 1624: changing one word and the checksum with it comes to the same as summing again, but for the two ways to write zero.</summary>
    [Fact]
    public void A_changed_word_and_its_checksum_verify() => Gen.Select(Gen.Byte.Array[20], Gen.Int[0, 9], Gen.UShort).Sample((bytes, word, value) =>
    {
        if (word == 5)
            return; // the checksum itself
        bytes[0] = 0x45;
        Ipv4Header header = new(bytes);
        header.UpdateChecksum();
        if (word == 0)
            value = (ushort)(0x4500 | value & 0xff);
        header.ReplaceWord(2 * word, value);
        Assert.True(header.IsChecksumCorrect);
    });

    [Fact]
    public void SipHash_gives_its_authors_test_vector()
    {
        byte[] input = [.. Enumerable.Range(0, 15).Select(i => (byte)i)];
        Assert.Equal(0xa129ca6149be45e5, SipHash.Compute(0x0706050403020100, 0x0f0e0d0c0b0a0908, input));
    }

    private static ushort Naive(byte[] data)
    {
        ulong sum = 0;
        for (int i = 0; i < data.Length; i += 2)
            sum += (ulong)(data[i] << 8 | (i + 1 < data.Length ? data[i + 1] : 0));
        while (sum >> 16 != 0)
            sum = (sum >> 16) + (sum & 0xffff);
        return (ushort)~sum;
    }
}
