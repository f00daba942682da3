namespace IoPkt.Stack;

/// <summary>
/// Neighbour unreachability detection: RFC 4861, section 7.3, for ARP as well (RFC 1122, section 2.3.2.1 asks for something like it). What's no longer confirmed is asked for by unicast while
/// packets still go there, and by broadcast, while they wait, when that has no answer.
/// </summary>
/// <remarks>
/// A protocol above confirms the neighbours that its progress depends on, so those in good use are never asked. And it suspects them when nothing is answered: then we don't wait until what was
/// learned is out of date. One question to the neighbour itself is enough, because silence above it is a second sign.
/// </remarks>
internal sealed partial class NeighborCache
{
    /// <summary>A station on the link answers in milliseconds; what's unanswered for so many microseconds, while a protocol above asks for it again, isn't waited for.</summary>
    private const long Patience = 200_000;

    /// <summary>Section 7.3.1: "a hint from upper-layer protocols that a connection is making 'forward progress'".</summary>
    public void Confirm(in InetAddress address)
    {
        if (_neighbors.TryGetValue(address, out Neighbor? neighbor)
            && neighbor.State is NeighborState.Reachable or NeighborState.Stale or NeighborState.Delay or NeighborState.Probe)
            Reached(neighbor);
    }

    /// <summary>
    /// A protocol above has to send again: RFC 1122, section 2.3.2.1 (4), "Higher-layer Advice". Its effect "would be to invalidate the corresponding cache entry"; since it's mostly the path
    /// beyond the neighbour that loses packets, we ask the neighbour first.
    /// </summary>
    public void Suspect(in InetAddress address)
    {
        if (!settings.DetectUnreachability || !_neighbors.TryGetValue(address, out Neighbor? neighbor))
            return;
        long unanswered = stack.Clock.Now - neighbor.AskedAt;
        if (neighbor.State == NeighborState.Probe)
        {
            neighbor.IsSuspected = true;
            if (unanswered >= Patience)
                AskEverybody(neighbor);
        }
        else if (neighbor.State is NeighborState.Reachable or NeighborState.Stale or NeighborState.Delay && unanswered >= Microseconds(settings.RetransmitTime))
        {
            neighbor.IsSuspected = true;
            solicitor.Suspected();
            AskItself(neighbor);
        }
    }

    internal void Expired(Neighbor neighbor)
    {
        switch (neighbor.State)
        {
            case NeighborState.Incomplete when neighbor.Attempts < settings.BroadcastAttempts:
                Solicit(neighbor, null);
                break;
            case NeighborState.Incomplete:
                Fail(neighbor);
                break;
            case NeighborState.Reachable:
                neighbor.State = NeighborState.Stale;
                neighbor.Timer.ArmAfter(Microseconds(settings.StaleTime));
                break;
            case NeighborState.Delay:
                AskItself(neighbor);
                break;
            case NeighborState.Probe when neighbor.Attempts < (neighbor.IsSuspected ? 1 : settings.UnicastAttempts):
                Solicit(neighbor, neighbor.LinkAddress);
                break;
            case NeighborState.Probe:
                AskEverybody(neighbor);
                break;
            default:
                // Stale and long unused, or failed long enough: the next packet starts afresh.
                Remove(neighbor.Address);
                break;
        }
    }

    /// <summary>A packet goes to a stale neighbour: "The first time a node sends a packet to a neighbor whose entry is STALE, the sender changes the state to DELAY" (section 7.3.3).</summary>
    private void Use(Neighbor neighbor)
    {
        if (!settings.DetectUnreachability)
            return;
        neighbor.State = NeighborState.Delay;
        neighbor.Timer.ArmAfter(Microseconds(settings.DelayTime));
    }

    private void Reached(Neighbor neighbor)
    {
        neighbor.IsSuspected = false;
        neighbor.State = NeighborState.Reachable;
        neighbor.Timer.ArmAfter(Microseconds(settings.ReachableTime));
    }

    private void AskItself(Neighbor neighbor)
    {
        if (settings.UnicastAttempts == 0)
        {
            AskEverybody(neighbor);
            return;
        }
        neighbor.State = NeighborState.Probe;
        neighbor.Attempts = 0;
        Solicit(neighbor, neighbor.LinkAddress);
    }

    /// <summary>Nothing is known of it any more. Packets wait, so what's sent meanwhile arrives with the answer.</summary>
    private void AskEverybody(Neighbor neighbor)
    {
        if (!neighbor.LinkAddress.IsZero)
            solicitor.Changed();
        neighbor.LinkAddress = default;
        neighbor.IsSuspected = false;
        neighbor.State = NeighborState.Incomplete;
        neighbor.Attempts = 0;
        Solicit(neighbor, null);
    }

    private void Solicit(Neighbor neighbor, MacAddress? known)
    {
        neighbor.Attempts++;
        neighbor.AskedAt = stack.Clock.Now;
        neighbor.Timer.ArmAfter(Microseconds(settings.RetransmitTime));
        solicitor.Solicit(neighbor.Address, known);
    }
}
