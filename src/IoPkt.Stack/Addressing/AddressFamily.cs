namespace IoPkt.Stack;

/// <summary>BSD's numbers, which also name the entries under <c>/dev/socket</c>.</summary>
public enum AddressFamily : byte
{
    Inet = 2,
    Inet6 = 24,
}
