namespace IoPkt.Stack;

/// <summary>When a listener answers with SYN cookies (RFC 4987): <c>net.inet.tcp.syncookies</c>.</summary>
public enum SynCookieUse
{
    Never = 0,
    WhenQueueIsFull = 1,
    /// <summary>No request is ever remembered.</summary>
    Always = 2,
}
