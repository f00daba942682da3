using System.Runtime.CompilerServices;

namespace IoPkt.Stack;

/// <summary>A Fast Open cookie: RFC 7413, section 4.1.1, 4 to 16 bytes, an even number. Length 0 stands for a request for one.</summary>
internal struct FastOpenCookie
{
    public const int MinimumLength = 4;

    public const int MaximumLength = 16;

    private Store _bytes;

    public FastOpenCookie(ReadOnlySpan<byte> value)
    {
        Length = value.Length;
        value.CopyTo(_bytes);
    }

    public int Length { get; }

    /// <summary>It came, or goes, in the option that Fast Open had while it was an experiment.</summary>
    public bool IsExperimental { get; init; }

    public readonly void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_bytes)[..Length].CopyTo(destination);

    public readonly bool Matches(ReadOnlySpan<byte> value) => ((ReadOnlySpan<byte>)_bytes)[..Length].SequenceEqual(value);

    public static bool IsValidLength(int length) => length == 0 || (length is >= MinimumLength and <= MaximumLength && length % 2 == 0);

    [InlineArray(MaximumLength)]
    private struct Store
    {
        private byte _first;
    }
}
