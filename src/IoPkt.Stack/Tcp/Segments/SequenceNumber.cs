namespace IoPkt.Stack;

/// <summary>
/// A number in TCP's sequence space. RFC 9293, section 3.4: "all arithmetic dealing with sequence numbers must be performed modulo 2**32", and
/// comparisons hold for numbers less than 2**31 apart.
/// </summary>
internal readonly struct SequenceNumber(uint value) : IEquatable<SequenceNumber>
{
    public uint Value { get; } = value;

    public static bool operator <(SequenceNumber left, SequenceNumber right) => (int)(left.Value - right.Value) < 0;

    public static bool operator >(SequenceNumber left, SequenceNumber right) => (int)(left.Value - right.Value) > 0;

    public static bool operator <=(SequenceNumber left, SequenceNumber right) => (int)(left.Value - right.Value) <= 0;

    public static bool operator >=(SequenceNumber left, SequenceNumber right) => (int)(left.Value - right.Value) >= 0;

    public static bool operator ==(SequenceNumber left, SequenceNumber right) => left.Value == right.Value;

    public static bool operator !=(SequenceNumber left, SequenceNumber right) => left.Value != right.Value;

    public static SequenceNumber operator +(SequenceNumber left, int right) => new(left.Value + (uint)right);

    public static SequenceNumber operator +(SequenceNumber left, uint right) => new(left.Value + right);

    public static SequenceNumber operator -(SequenceNumber left, int right) => new(left.Value - (uint)right);

    /// <summary>The distance from <paramref name="right"/> on to <paramref name="left"/>; negative when <paramref name="left"/> comes first.</summary>
    public static int operator -(SequenceNumber left, SequenceNumber right) => (int)(left.Value - right.Value);

    public static SequenceNumber Max(SequenceNumber a, SequenceNumber b) => a >= b ? a : b;

    public static SequenceNumber Min(SequenceNumber a, SequenceNumber b) => a <= b ? a : b;

    /// <summary>Whether this lies in [<paramref name="start"/>, <paramref name="end"/>).</summary>
    public bool IsIn(SequenceNumber start, SequenceNumber end) => Value - start.Value < end.Value - start.Value;

    public bool Equals(SequenceNumber other) => Value == other.Value;

    public override bool Equals(object? obj) => obj is SequenceNumber other && Equals(other);

    public override int GetHashCode() => (int)Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
