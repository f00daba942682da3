using System.Globalization;

namespace IoPkt.Tools.Ping;

/// <summary>A command line of ping, understood.</summary>
internal sealed record PingOptions
{
    /// <summary>RFC 791: a datagram has at most 65535 bytes, 20 of them its header, 8 of them ICMP's.</summary>
    public const int MaximumSize = 65507;

    public required string Host { get; init; }

    /// <summary>Requests to send; <c>null</c>: until interrupted.</summary>
    public int? Count { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of data after ICMP's header.</summary>
    public int Size { get; init; } = 56;

    public int? Ttl { get; init; }

    public int? TypeOfService { get; init; }

    public bool DontFragment { get; init; }

    public bool DontRoute { get; init; }

    public bool NoMulticastLoop { get; init; }

    public bool Flood { get; init; }

    /// <summary>Requests that are sent at once before the first interval.</summary>
    public int Preload { get; init; }

    /// <summary>What the data repeats; <c>null</c>: bytes that count up.</summary>
    public byte[]? Pattern { get; init; }

    public bool RandomData { get; init; }

    public bool Quiet { get; init; }

    /// <summary><c>-Q</c></summary>
    public bool HideErrors { get; init; }

    public bool Verbose { get; init; }

    public bool Numeric { get; init; }

    public bool Audible { get; init; }

    /// <summary><c>-o</c>: one answer is enough.</summary>
    public bool Once { get; init; }

    /// <summary><c>-I</c></summary>
    public string? Source { get; init; }

    /// <summary><c>-w</c>: ends then, whatever was answered.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary><c>-W</c>: for answers after the last request; <c>null</c>: as the answers so far suggest.</summary>
    public TimeSpan? FinalWait { get; init; }

    /// <exception cref="ToolException">The line makes no sense.</exception>
    public static PingOptions Parse(IReadOnlyList<string> arguments)
    {
        OptionParser parser = new("ac:DfI:i:l:Lnop:PqQrs:t:T:vw:W:");
        IReadOnlyList<string> rest = parser.Parse(arguments);
        if (rest.Count != 1)
            throw new UsageException(rest.Count == 0 ? "the host is missing" : $"unexpected '{rest[1]}'");
        bool flood = parser.Has('f');
        if (flood && parser.Has('i'))
            throw new UsageException("-f and -i exclude each other");
        if (parser.Has('p') && parser.Has('P'))
            throw new UsageException("-p and -P exclude each other");
        return new PingOptions
        {
            Host = rest[0],
            Count = parser.Value('c') is string count ? Numbers.Parse(count, 1, int.MaxValue, "count") : null,
            Interval = parser.Value('i') is string interval ? Numbers.ParseSeconds(interval, 0.001, 86400, "interval")
                : TimeSpan.FromMilliseconds(flood ? 10 : 1000),
            Size = parser.Value('s') is string size ? Numbers.Parse(size, 0, MaximumSize, "packet size") : 56,
            Ttl = parser.Value('T') is string ttl ? Numbers.Parse(ttl, 1, 255, "ttl") : null,
            TypeOfService = parser.Value('t') is string tos ? ParseHex(tos) : null,
            DontFragment = parser.Has('D'),
            DontRoute = parser.Has('r'),
            NoMulticastLoop = parser.Has('L'),
            Flood = flood,
            Preload = parser.Value('l') is string preload ? Numbers.Parse(preload, 1, 65536, "preload") : 0,
            Pattern = parser.Value('p') is string pattern ? ParsePattern(pattern) : null,
            RandomData = parser.Has('P'),
            Quiet = parser.Has('q'),
            HideErrors = parser.Has('Q'),
            Verbose = parser.Has('v'),
            Numeric = parser.Has('n'),
            Audible = parser.Has('a'),
            Once = parser.Has('o'),
            Source = parser.Value('I'),
            Deadline = parser.Value('w') is string deadline ? Numbers.ParseSeconds(deadline, 0.001, 86400 * 365.0, "deadline") : null,
            FinalWait = parser.Value('W') is string wait ? Numbers.ParseSeconds(wait, 0, 86400, "wait") : null,
        };
    }

    private static int ParseHex(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : throw new ToolException($"type of service '{text}' is not a hexadecimal number up to ff");
    }

    private static byte[] ParsePattern(string text)
    {
        string digits = text.Length % 2 == 0 ? text : "0" + text;
        if (digits.Length is 0 or > 32 || !digits.All(char.IsAsciiHexDigit))
            throw new ToolException($"pattern '{text}' is not one to sixteen bytes in hexadecimal");
        return Convert.FromHexString(digits);
    }
}
