namespace IoPkt.Stack;

/// <summary>TCP Fast Open (RFC 7413) of one stack: <c>sysctl net.inet.tcp.fastopen</c>.</summary>
public sealed class FastOpenSettings
{
    /// <summary><c>client_enable</c>: for sockets that ask for it.</summary>
    public bool Client { get; set; } = true;

    /// <summary><c>server_enable</c>: for listeners that ask for it, and for all of them with <see cref="AllListeners"/>.</summary>
    public bool Server { get; set; } = true;

    /// <summary><c>all_listeners</c>: listeners of programs that know nothing of Fast Open take data in SYNs as well, as many at a time as their backlog.</summary>
    public bool AllListeners { get; set; }

    /// <summary><c>cookieless</c>: SYNs carry data also where no cookie is known. For paths that the user knows.</summary>
    public bool WithoutCookie { get; set; }

    /// <summary><c>acceptany</c>: data in SYNs are taken from anybody. Section 6.1's reflections are then possible; for closed networks.</summary>
    public bool AcceptAny { get; set; }

    /// <summary><c>key</c>: servers that share an address share it; <c>null</c>: one of the stack's own, which changes each day.</summary>
    public FastOpenKey? Key { get; set; }

    /// <summary>The key before that one: its cookies are still taken.</summary>
    public FastOpenKey? BackupKey { get; set; }

    /// <summary>One key or, after a comma, another: four words of eight hexadecimal digits each, as Linux's <c>tcp_fastopen_key</c> has them. Nothing: none.</summary>
    /// <returns>Whether the text is that.</returns>
    internal bool TrySetKeys(string text)
    {
        string[] keys = text.Split(',');
        FastOpenKey key = default, backup = default;
        if (text.Length > 0 && (keys.Length > 2 || !FastOpenKey.TryParse(keys[0], out key) || (keys.Length == 2 && !FastOpenKey.TryParse(keys[1], out backup))))
            return false;
        Key = text.Length > 0 ? key : null;
        BackupKey = keys.Length == 2 ? backup : null;
        return true;
    }
}
