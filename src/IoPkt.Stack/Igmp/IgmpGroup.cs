namespace IoPkt.Stack;

/// <summary>What one interface has still to say about one group.</summary>
/// <param name="address">The group.</param>
/// <param name="stack">Whose time it is.</param>
/// <param name="respond">The response is due.</param>
internal sealed class IgmpGroup(uint address, NetworkStack stack, Action<IgmpGroup> respond)
{
    private StackTimer? _response;

    public uint Address => address;

    /// <summary>Not any more, while that is still being reported.</summary>
    public bool IsMember { get; set; }

    /// <summary>Unsolicited reports of the last change that are still to be sent (RFC 3376, section 5.1).</summary>
    public int ChangesLeft { get; set; }

    /// <summary>Version 2: nobody has reported it since we did, so it's for us to say that it's left (RFC 2236, section 3).</summary>
    public bool IsLastReporter { get; set; }

    /// <summary>The sources that queries have asked about; <c>null</c>: whoever they are.</summary>
    public HashSet<uint>? Sources { get; set; }

    /// <summary>When a query about this group is answered.</summary>
    public StackTimer Response => _response ??= new StackTimer(stack.Timers, () => respond(this));

    public void Cancel()
    {
        _response?.Cancel();
        ChangesLeft = 0;
        Sources = null;
    }

    /// <summary>It goes: no timer is to keep it.</summary>
    public void Retire() => _response?.Retire();
}
