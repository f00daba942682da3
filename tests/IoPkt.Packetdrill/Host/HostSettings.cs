using System.Globalization;
using IoPkt.Stack;

namespace IoPkt.Packetdrill.Host;

/// <summary>
/// <c>sysctl</c> for scripts. Names are the stack's own, which are NetBSD's; Linux's and FreeBSD's, which the public collections use, are taken where they mean the same. Settings
/// that the stack doesn't have are taken where they ask for what it does anyhow.
/// </summary>
/// <param name="stack">Whose.</param>
/// <param name="isLikeFreeBsd">Names that FreeBSD shares with NetBSD are meant in FreeBSD's units.</param>
public sealed class HostSettings(NetworkStack stack, bool isLikeFreeBsd)
{
    private static readonly HashSet<string> Milliseconds = ["net.inet.tcp.keepidle", "net.inet.tcp.keepintvl"];

    /// <summary>Other systems' names, the stack's, and how many of the stack's units one of theirs is; 0: the value is a word.</summary>
    private static readonly Dictionary<string, (string Name, int Units)> OtherNames = new()
    {
        ["net.ipv4.tcp_sack"] = ("net.inet.tcp.sack.enable", 1),
        ["net.ipv4.tcp_timestamps"] = ("net.inet.tcp.timestamps", 1),
        ["net.ipv4.tcp_window_scaling"] = ("net.inet.tcp.win_scale", 1),
        ["net.ipv4.tcp_syn_retries"] = ("net.inet.tcp.syn_retries", 1),
        ["net.ipv4.tcp_synack_retries"] = ("net.inet.tcp.synack_retries", 1),
        ["net.ipv4.tcp_retries2"] = ("net.inet.tcp.retries", 1),
        ["net.ipv4.tcp_keepalive_time"] = ("net.inet.tcp.keepidle", 2),
        ["net.ipv4.tcp_keepalive_intvl"] = ("net.inet.tcp.keepintvl", 2),
        ["net.ipv4.tcp_keepalive_probes"] = ("net.inet.tcp.keepcnt", 1),
        ["net.ipv4.tcp_fin_timeout"] = ("net.inet.tcp.finwait2_timeout", 1000),
        ["net.ipv4.tcp_moderate_rcvbuf"] = ("net.inet.tcp.recvbuf_auto", 1),
        ["net.ipv4.tcp_ecn"] = ("net.inet.tcp.ecn.enable", 1),
        ["net.ipv4.tcp_syncookies"] = ("net.inet.tcp.syncookies", 1),
        ["kern.ipc.maxsockbuf"] = ("net.inet.tcp.recvbuf_max", 1),
        ["net.ipv4.tcp_slow_start_after_idle"] = ("net.inet.tcp.idle_restart", 1),
        ["net.ipv4.tcp_min_tso_segs"] = ("net.inet.tcp.minburst", 1),
        ["net.ipv4.tcp_congestion_control"] = ("net.inet.tcp.congctl.selected", 0),
        ["net.ipv4.tcp_fastopen_key"] = ("net.inet.tcp.fastopen.key", 0),
        ["net.ipv4.tcp_min_snd_mss"] = ("net.inet.tcp.minmss", 1),
    };

    /// <summary>What the stack does, in the terms of settings that it doesn't have.</summary>
    private static readonly HashSet<string> Facts =
    [
        "net.inet.tcp.blackhole=0", "net.inet.tcp.drop_synfin=0", "net.inet.tcp.hostcache.purgenow=1", "net.inet.tcp.rexmit_drop_options=0", "net.inet.tcp.syncache.rst_on_sock_fail=1",
        "net.ipv4.tcp_frto=2", "net.ipv4.tcp_dsack=1", "net.ipv4.tcp_fack=0", "net.ipv4.tcp_reordering=3", "net.ipv4.tcp_recovery=1", "net.ipv4.tcp_early_retrans=4",
        "net.ipv4.tcp_early_retrans=3", "net.ipv4.tcp_tso_win_divisor=3", "net.ipv4.tcp_ecn_option=2", "net.ipv4.tcp_abort_on_overflow=0",
        "net.ipv4.tcp_adv_win_scale=1", "net.ipv4.tcp_mtu_probing=0", "net.ipv4.tcp_no_metrics_save=1", "net.ipv4.tcp_pacing_ss_ratio=200", "net.ipv4.tcp_pacing_ca_ratio=120",
    ];

    /// <param name="assignment"><c>name=value</c></param>
    /// <returns>What's wrong with it; <c>null</c>: nothing.</returns>
    public string? Apply(string assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        string text = assignment.Replace('\t', ' ').Trim();
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return $"{assignment}: NAME=VALUE is needed";
        string name = text[..equals].Trim(), value = text[(equals + 1)..].Trim().Trim('"');
        if (Facts.Contains($"{name}={value}"))
            return null;
        return name switch
        {
            "net.ipv4.tcp_rmem" => SetBuffer("net.inet.tcp.recvspace", "net.inet.tcp.recvbuf_max", value),
            "net.ipv4.tcp_wmem" => SetBuffer("net.inet.tcp.sendspace", "net.inet.tcp.sendbuf_max", value),
            "net.ipv4.tcp_notsent_lowat" => Set("net.inet.tcp.notsent_lowat", value == "4294967295" ? "2147483647" : value),
            // Whatever the number, those that were there are forgotten.
            "net.ipv4.tcp_fastopen_cookies" => Set("net.inet.tcp.fastopen.client_enable", "0") ?? Set("net.inet.tcp.fastopen.client_enable", "1"),
            "net.ipv4.tcp_fastopen" => SetFastOpen(value),
            "net.ipv4.tcp_rto_min_us" => Set("net.inet.tcp.rexmit_min", Divide(value, 1000)),
            _ when isLikeFreeBsd && Milliseconds.Contains(name) => Set(name, Divide(value, 500)),
            _ when OtherNames.TryGetValue(name, out (string Name, int Units) known) => Set(known.Name, Convert(value, known.Units)),
            _ => Set(name, value),
        };
    }

    private string? Set(string name, string value)
    {
        if (stack.Sysctl.Find(name) is not [{ } node])
            return $"{name}: the stack has no such setting";
        return node.Set(value, out string problem) == Errno.None ? null : $"{name}={value}: {problem}";
    }

    /// <summary>Linux's least, first and greatest size of a buffer.</summary>
    private string? SetBuffer(string first, string greatest, string value)
    {
        string[] sizes = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return sizes.Length != 3 ? $"{value}: three sizes are needed" : Set(first, sizes[1]) ?? Set(greatest, sizes[2]);
    }

    /// <summary>Linux's bits.</summary>
    private string? SetFastOpen(string value)
    {
        const int client = 1, server = 2, clientWithoutCookie = 4, serverWithoutCookie = 0x200, allListeners = 0x400;
        bool isHexadecimal = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!int.TryParse(isHexadecimal ? value[2..] : value, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
            return $"{value}: a number is needed";
        return SetBit("client_enable", client) ?? SetBit("server_enable", server) ?? SetBit("cookieless", clientWithoutCookie) ?? SetBit("acceptany", serverWithoutCookie)
            ?? SetBit("all_listeners", allListeners);
        string? SetBit(string name, int bit) => Set($"net.inet.tcp.fastopen.{name}", (bits & bit) != 0 ? "1" : "0");
    }

    private static string Divide(string value, int divisor) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? (number / divisor).ToString(CultureInfo.InvariantCulture) : value;

    private static string Convert(string value, int units) =>
        units > 0 && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? Math.Min(units * number, int.MaxValue).ToString(CultureInfo.InvariantCulture) : value;
}
