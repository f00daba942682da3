using System.Buffers.Binary;
using System.Globalization;

namespace IoPkt.Stack;

/// <summary>A key of 16 bytes that Fast Open's cookies are made with.</summary>
public readonly record struct FastOpenKey(ulong Low, ulong High)
{
    public const int Size = 16;

    public static FastOpenKey Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    /// <summary>Four words of eight hexadecimal digits: <c>00112233-44556677-8899aabb-ccddeeff</c>, each in the order of a little-endian machine.</summary>
    public static bool TryParse(string text, out FastOpenKey key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = default;
        string[] words = text.Split('-');
        if (words.Length != Size / sizeof(uint))
            return false;
        Span<byte> bytes = stackalloc byte[Size];
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].Length != 8 || !uint.TryParse(words[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word))
                return false;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(sizeof(uint) * i)..], word);
        }
        key = Read(bytes);
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], High);
    }
}
