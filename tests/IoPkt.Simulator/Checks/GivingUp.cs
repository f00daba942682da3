namespace IoPkt.Simulator;

/// <summary>
/// When a TCP may end a connection by itself: RFC 9293, section 3.8.3, after as many transmissions without an answer as R2 allows, and no earlier. What the wire has seen tells whether that's so.
/// </summary>
internal static class GivingUp
{
    /// <summary>Why a user may have been told that the connection timed out; <c>null</c>: it mustn't have been.</summary>
    /// <param name="flow">What the user's end has sent.</param>
    /// <param name="plan">What it asked for.</param>
    /// <param name="isConnected">The handshake was over.</param>
    /// <param name="settings">Of its stack.</param>
    /// <param name="now">Microseconds.</param>
    public static string? OfUser(Flow? flow, ApplicationPlan plan, bool isConnected, TcpSettings settings, long now)
    {
        if (flow is null)
            return null;
        long silence = now - flow.Opposite.DeliveredAt;
        if (plan.UserTimeout > 0 && Math.Max(silence, now - flow.UnansweredSince) >= plan.UserTimeout)
            return "the user timeout";
        // With Fast Open, a server's user has the connection before the handshake is over.
        if (!isConnected || !flow.Opposite.HasDelivered)
            return flow.Syns > (flow.Opposite.IsSynDelivered ? settings.SynAckRetries : settings.SynRetries) ? "an unanswered handshake" : null;
        if (flow.Unanswered >= settings.Retries)
            return "unanswered retransmissions";
        return plan.KeepsAlive && silence >= Application.LongestSilence ? "unanswered probes" : null;
    }

    /// <summary>Why an end of which nothing is left may have gone without telling the peer; <c>null</c>: it must have told it.</summary>
    /// <param name="flow">What that end has sent; <c>null</c>: nothing.</param>
    /// <param name="user">Its user; <c>null</c>: it was never accepted.</param>
    /// <param name="host">Its stack.</param>
    public static string? OfEnd(Flow? flow, Application? user, SimulatedHost host)
    {
        if (user is null && flow is not null && flow.Syns > host.Stack.Tcp.Settings.SynAckRetries)
            return "an unanswered SYN-ACK";
        // The acknowledgement that completes a handshake isn't asked for again when there's only a cookie (RFC 4987, section 3.6), and what overtakes it is answered by a reset: it has no cookie.
        if (host.Stack.Tcp.Counters is { SynCookiesSent.Value: > 0 } counters && (user is null || counters.SynCookiesRefused.Value > 0))
            return "a SYN cookie";
        return user?.Excuse ?? user?.Departure;
    }

    /// <summary>Why an end may have been reset by the stack of the one that waits; <c>null</c>: it mustn't have been.</summary>
    /// <param name="user">The one that's gone.</param>
    /// <param name="waiting">The stack that keeps the connection.</param>
    public static string? OfRefused(Application? user, SimulatedHost waiting) =>
        user is { Error: Errno.ConnectionReset } && waiting.Stack.Tcp.Counters.SynCookiesRefused.Value > 0 ? "a reset for what had overtaken its cookie" : null;

    /// <summary>Why a connection whose user had left may have ended just now; <c>null</c>: it's over as it should be.</summary>
    /// <param name="flow">What its end has sent.</param>
    /// <param name="plan">What the user asked for.</param>
    /// <param name="host">The stack.</param>
    /// <param name="now">Microseconds.</param>
    public static string? OfOrphan(Flow flow, ApplicationPlan plan, SimulatedHost host, long now)
    {
        if (plan.UserTimeout > 0 && Math.Max(now - flow.Opposite.DeliveredAt, now - flow.UnansweredSince) >= plan.UserTimeout)
            return "the user timeout, without a user";
        if (host.Stack.Tcp.Counters.OrphanDrops.Value > 0)
            return "a window that stayed shut, without a user";
        return flow.MostUnanswered >= host.Stack.Tcp.Settings.OrphanRetries ? "unanswered retransmissions without a user" : null;
    }
}
