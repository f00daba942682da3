namespace IoPkt.Stack;

internal enum Ipv4OptionsVerdict
{
    Accept,
    SourceRoute,
    Malformed,
}

/// <summary>
/// IPv4 options (RFC 791, section 3.1). None changes what we do with a packet, as RFC 7126 advises for all that are left in use; they're looked through
/// because source routes are refused (RFC 7126, sections 4.3 and 4.4) and a malformed list is an error to report (RFC 1122, section 3.2.1.8).
/// </summary>
internal static class Ipv4Options
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;
    private const byte LooseSourceRoute = 131;
    private const byte StrictSourceRoute = 137;

    /// <param name="options">The bytes after the fixed header.</param>
    /// <param name="pointer">Where in <paramref name="options"/> the trouble is.</param>
    public static Ipv4OptionsVerdict Check(ReadOnlySpan<byte> options, out int pointer)
    {
        for (pointer = 0; pointer < options.Length;)
        {
            byte type = options[pointer];
            if (type == EndOfList)
                break;
            if (type == NoOperation)
            {
                pointer++;
                continue;
            }
            if (type is LooseSourceRoute or StrictSourceRoute)
                return Ipv4OptionsVerdict.SourceRoute;
            if (pointer + 1 >= options.Length || options[pointer + 1] < 2 || pointer + options[pointer + 1] > options.Length)
                return Ipv4OptionsVerdict.Malformed;
            pointer += options[pointer + 1];
        }
        return Ipv4OptionsVerdict.Accept;
    }
}
