using IoPkt.Stack;

namespace IoPkt.Packetdrill.Host;

/// <summary>What packetdrill's <c>--so_flags</c> say of the host: <c>local=192.168.0.2/16,gateway=192.168.0.1,mtu=1500</c>.</summary>
public sealed record HostConfiguration
{
    /// <summary>The host's address; packetdrill must be given the same with <c>--local_ip</c>, or it draws one.</summary>
    public InetAddress Local { get; init; } = InetAddress.Parse("192.168.0.2");

    public int PrefixLength { get; init; } = 16;

    public InetAddress Gateway { get; init; } = InetAddress.Parse("192.168.0.1");

    public int Mtu { get; init; } = 1500;

    /// <summary>Data that one segment of a packet holds, where the device joins segments before it hands them on; 0: it doesn't.</summary>
    public int JoinedSegment { get; init; }

    /// <summary>Of the stack's random numbers: the same seed makes the same run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// For scripts that were written for FreeBSD: SYNs have their options in FreeBSD's order, which packetdrill compares though it means nothing, and buffer sizes are told
    /// as they were set, not doubled.
    /// </summary>
    public bool IsLikeFreeBsd { get; init; }

    /// <summary>A file where commands that a script runs leave settings for the host, a <c>name=value</c> a line; <c>null</c>: none.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>A file where commands that a script runs find the host's sockets; <c>null</c>: none.</summary>
    public string? SocketFile { get; init; }

    /// <summary>A file where commands that a script runs find the stack's counters, under Linux's names; <c>null</c>: none.</summary>
    public string? CounterFile { get; init; }

    /// <exception cref="ModuleException">An option is unknown or not valid.</exception>
    public static HostConfiguration Parse(string? flags)
    {
        ModuleOptions options = new(flags);
        HostConfiguration defaults = new();
        string[] local = (options.GetString("local") ?? $"{defaults.Local}/{defaults.PrefixLength}").Split('/');
        HostConfiguration configuration = defaults with
        {
            Local = InetAddress.Parse(local[0]),
            PrefixLength = local.Length > 1 && int.TryParse(local[1], out int length) ? length : 32,
            Gateway = InetAddress.Parse(options.GetString("gateway") ?? defaults.Gateway.ToString()),
            Mtu = (int)(options.GetNumber("mtu", 68, 65535) ?? defaults.Mtu),
            JoinedSegment = (int)(options.GetNumber("joins", 0, 65535) ?? 0),
            Seed = (int)(options.GetNumber("seed", 0, int.MaxValue) ?? defaults.Seed),
            IsLikeFreeBsd = options.GetFlag("freebsd"),
            SettingsFile = options.GetString("settings"),
            SocketFile = options.GetString("sockets"),
            CounterFile = options.GetString("counters"),
        };
        string[] unknown = [.. options.Unknown];
        return unknown.Length == 0 ? configuration
            : throw new ModuleException($"--so_flags: {string.Join(", ", unknown)}: unknown; there are local, gateway, mtu, joins, seed, freebsd, settings, sockets and counters");
    }
}
