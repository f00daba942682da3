namespace IoPkt.Stack;

/// <summary>Why a client's data in the SYN weren't accepted. The values are those of Linux's <c>tcpi_fastopen_client_fail</c>.</summary>
public enum FastOpenFailure
{
    None = 0,
    /// <summary>There was no cookie, or the last attempts had failed.</summary>
    CookieUnavailable = 1,
    /// <summary>The SYN-ACK acknowledged the SYN alone.</summary>
    DataNotAcknowledged = 2,
    /// <summary>The SYN had to be sent again, and was, without them.</summary>
    SynRetransmitted = 3,
}
