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
    /// <param name="now">Microseconds.</param>
    public static string? OfEnd(Flow? flow, Application? user, SimulatedHost host, long now)
    {
        TcpSettings settings = host.Stack.Tcp.Settings;
        if (user is null && flow is not null && flow.Syns > settings.SynAckRetries)
            return "an unanswered SYN-ACK";
        // The acknowledgement that completes a handshake isn't asked for again when there's only a cookie (RFC 4987, section 3.6), and what overtakes it is answered by a reset: it has no cookie.
        if (host.Stack.Tcp.Counters is { SynCookiesSent.Value: > 0 } counters && (user is null || counters.SynCookiesRefused.Value > 0))
            return "a SYN cookie";
        if (user?.Excuse is { } excuse)
            return excuse;
        if (user is not { IsClosed: true } || flow is null)
            return null;
        if (user.Plan.UserTimeout > 0 && now - flow.UnansweredSince >= user.Plan.UserTimeout)
            return "the user timeout, without a user";
        if (host.Stack.Tcp.Counters.OrphanDrops.Value > 0)
            return "a window that stayed shut, without a user";
        return flow.MostUnanswered >= settings.OrphanRetries ? "unanswered retransmissions without a user" : null;
    }
}
