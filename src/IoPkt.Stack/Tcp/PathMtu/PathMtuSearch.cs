namespace IoPkt.Stack;

/// <summary>
/// The search for the largest packet that a path takes, by what arrives and what doesn't (RFC 4821, section 7): one segment larger than the others is sent as a probe, and its loss says
/// nothing of congestion. Sizes are MTUs.
/// </summary>
internal struct PathMtuSearch
{
    /// <summary>RFC 8899, section 5.1.2, MAX_PROBES: a probe may be lost like any packet.</summary>
    private const int MaximumProbes = 3;

    /// <summary>RFC 4821, section 7.1: when search_high and search_low differ by less than this, another probe isn't worth it.</summary>
    private const int Resolution = 16;

    /// <summary>IPv6's least MTU: paths that don't take it are so rare that losses are likelier to be something else.</summary>
    public const int Unsuspected = 1280;

    private int _high;
    private int _losses;

    public readonly bool IsActive => Low > 0;

    /// <summary>search_low: what is used meanwhile.</summary>
    public int Low { get; private set; }

    /// <summary>When it began, in microseconds.</summary>
    public long Since { get; private set; }

    /// <summary>It's known, and not only suspected, that larger packets than <see cref="Low"/> are lost while those arrive.</summary>
    public bool IsProven { get; private set; }

    public bool IsProbeOutstanding { get; private set; }

    /// <summary>The next probe: first the largest, because mostly the path has only been down, or is as it was before; then halfway (RFC 4821, section 7.3).</summary>
    public readonly int Candidate => IsProven ? Low + (_high - Low + 1) / 2 : _high;

    public readonly bool IsOver => _high - Low < (IsProven ? Resolution : 1);

    /// <summary>
    /// The next smaller size to try when packets of <paramref name="mtu"/> are lost: an Ethernet's behind PPPoE, what every tunnel takes, and the least that's used at all;
    /// 0: there's none.
    /// </summary>
    public static int Below(int mtu) => mtu switch
    {
        > 1500 => 1492,
        > Unsuspected => Unsuspected,
        > PathMtuCache.SmallestUsed => PathMtuCache.SmallestUsed,
        _ => 0,
    };

    /// <param name="low">What seems to pass.</param>
    /// <param name="high">The largest that may.</param>
    /// <param name="isProven">That high doesn't pass is known already.</param>
    /// <param name="now">Microseconds.</param>
    public void Begin(int low, int high, bool isProven, long now) =>
        this = new PathMtuSearch { Low = low, _high = Math.Max(high, _high) - (isProven ? 1 : 0), IsProven = isProven, Since = now };

    public void ProbeSent() => IsProbeOutstanding = true;

    public void ProbeArrived()
    {
        Low = Math.Max(Low, Candidate);
        IsProbeOutstanding = false;
        _losses = 0;
    }

    public void ProbeLost()
    {
        IsProbeOutstanding = false;
        if (++_losses < MaximumProbes)
            return;
        _high = Candidate - 1;
        _losses = 0;
        IsProven = true;
    }

    /// <summary>A router says what it takes.</summary>
    public void Limit(int mtu)
    {
        _high = Math.Min(_high, Math.Max(mtu, PathMtuCache.SmallestUsed));
        Low = Math.Min(Low, _high);
    }
}
