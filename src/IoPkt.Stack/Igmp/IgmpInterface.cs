using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace IoPkt.Stack;

/// <summary>
/// The group member's part of IGMPv3 on one interface (RFC 3376, section 5), and those of versions 1 and 2 while a querier of theirs is heard (section 7.2).
/// A host here wants a group from everybody or not at all, so its filter is EXCLUDE of nobody, or there is none.
/// </summary>
internal sealed class IgmpInterface
{
    // RFC 3376, section 8, in microseconds. What a querier says counts for more.
    private const long Second = 1_000_000;
    private const int DefaultRobustness = 2;
    private const long DefaultQueryInterval = 125 * Second;
    private const long UnsolicitedReportInterval = 1 * Second;

    /// <summary>RFC 2236, section 8.10.</summary>
    private const long OldUnsolicitedReportInterval = 10 * Second;

    /// <summary>Sources of one group that queries are remembered to have asked about. Past that the group is reported whole, which answers as well.</summary>
    private const int MaximumSources = 64;

    private readonly NetworkStack _stack;
    private readonly NetworkInterface _interface;
    private readonly IgmpSender _sender;
    private readonly IgmpSettings _settings;
    private readonly SortedDictionary<uint, IgmpGroup> _groups = [];
    private readonly StackTimer _response;
    private readonly StackTimer _changes;
    private int _version;
    private long _version1Until;
    private long _version2Until;
    private int _robustness = DefaultRobustness;
    private long _queryInterval = DefaultQueryInterval;
    private bool _isUp;

    public IgmpInterface(NetworkStack stack, NetworkInterface owner, IgmpSender sender, IgmpSettings settings)
    {
        _stack = stack;
        _interface = owner;
        _sender = sender;
        _settings = settings;
        _response = new StackTimer(stack.Timers, RespondAll);
        _changes = new StackTimer(stack.Timers, RepeatChanges);
        _version = settings.DefaultVersion;
        _isUp = owner.IsUp;
    }

    private long Now => _stack.Clock.Now;

    public void Join(uint group)
    {
        if (!_groups.TryGetValue(group, out IgmpGroup? joined))
            _groups.Add(group, joined = new IgmpGroup(group, _stack, Respond));
        joined.IsMember = true;
        if (!_isUp)
            return;
        ChooseVersion();
        joined.ChangesLeft = _robustness;
        ReportChanges([joined]);
    }

    public void Leave(uint group)
    {
        if (!_groups.TryGetValue(group, out IgmpGroup? left) || !left.IsMember)
            return;
        if (_isUp)
            ChooseVersion();
        bool isReported = _isUp && _version == 3;
        left.Cancel();
        left.IsMember = false;
        if (isReported)
        {
            left.ChangesLeft = _robustness;
            ReportChanges([left]);
            return;
        }
        // RFC 2236, section 3: "if … the last host to reply", it says so. Version 1 knows no leaving.
        if (_isUp && _version == 2 && left.IsLastReporter)
            _sender.Send(_interface, IgmpType.Leave, group);
        Remove(left);
    }

    /// <summary>Its flags may have changed: what is joined is reported anew when it comes up.</summary>
    public void Changed()
    {
        if (_isUp == _interface.IsUp)
            return;
        _isUp = _interface.IsUp;
        CancelAll();
        (_version1Until, _version2Until, _robustness, _queryInterval) = (0, 0, DefaultRobustness, DefaultQueryInterval);
        _version = _settings.DefaultVersion;
        if (!_isUp)
            return;
        IgmpGroup[] all = [.. _groups.Values];
        foreach (IgmpGroup group in all)
            group.ChangesLeft = _robustness;
        ReportChanges(all);
    }

    public void Removed()
    {
        CancelAll();
        _response.Retire();
        _changes.Retire();
        foreach (IgmpGroup group in _groups.Values)
            group.Retire();
    }

    /// <summary>RFC 3376, section 5.2.</summary>
    public void Query(in IgmpQuery query)
    {
        NoteQuerier(query);
        ChooseVersion();
        if (_version < 3)
        {
            // RFC 2236, section 3: each group has a delay of its own.
            foreach (IgmpGroup group in _groups.Values)
            {
                if (query.Group == 0 || query.Group == group.Address)
                    Hasten(group.Response, Due(query));
            }
            return;
        }
        long due = Due(query);
        // Rule 1: what is to be told of all groups sooner than that answers this, too.
        if (_response.IsArmed && _response.Deadline <= due)
            return;
        if (query.Group == 0)
            _response.Arm(due);
        else if (_groups.TryGetValue(query.Group, out IgmpGroup? asked) && asked.IsMember)
            Ask(asked, query, due);
    }

    /// <summary>A report of version 1 or 2 by another member: RFC 2236, section 3, one a group is enough for the router. Version 3 hosts all report.</summary>
    public bool Hear(uint group)
    {
        bool isOurs = _groups.TryGetValue(group, out IgmpGroup? reported) && reported.IsMember;
        ChooseVersion();
        if (isOurs && _version < 3)
        {
            reported!.Cancel();
            reported.IsLastReporter = false;
        }
        return isOurs;
    }

    /// <summary>Rules 3 to 5: one answer a group, at the earliest time that any of the queries gave, about all the sources that they asked for.</summary>
    private static void Ask(IgmpGroup asked, in IgmpQuery query, long due)
    {
        bool isPending = asked.Response.IsArmed;
        if (query.Sources.IsEmpty || (isPending && asked.Sources is null))
        {
            asked.Sources = null;
        }
        else
        {
            asked.Sources ??= [];
            foreach (uint source in MemoryMarshal.Cast<byte, uint>(query.Sources))
                asked.Sources.Add(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(source) : source);
            if (asked.Sources.Count > MaximumSources)
                asked.Sources = null;
        }
        Hasten(asked.Response, due);
    }

    private long Due(in IgmpQuery query) => Now + _stack.Random.NextInt64(query.MaximumResponse + 1);

    private static void Hasten(StackTimer timer, long due)
    {
        if (!timer.IsArmed || timer.Deadline > due)
            timer.Arm(due);
    }

    /// <summary>Section 7.2.1: an older querier is taken to be there for "Older Version Querier Present Timeout" after each of its General Queries.</summary>
    private void NoteQuerier(in IgmpQuery query)
    {
        long until = Now + _robustness * _queryInterval + query.MaximumResponse;
        if (query.Version == 1)
        {
            _version1Until = until;
        }
        else if (query.Version == 2 && query.Group == 0)
        {
            _version2Until = until;
        }
        else if (query.Version == 3)
        {
            _robustness = query.Robustness == 0 ? DefaultRobustness : query.Robustness;
            _queryInterval = query.Interval == 0 ? DefaultQueryInterval : query.Interval;
        }
    }

    /// <summary>"Whenever a host changes its compatibility mode, it cancels all its pending responses and retransmission timers."</summary>
    private void ChooseVersion()
    {
        int heard = Now < _version1Until ? 1 : Now < _version2Until ? 2 : 3, version = Math.Min(heard, _settings.DefaultVersion);
        if (version == _version)
            return;
        _version = version;
        CancelAll();
    }

    /// <summary>The timer of a General Query: every group in as few reports as possible.</summary>
    private void RespondAll()
    {
        ChooseVersion();
        if (_version < 3)
            return;
        foreach (IgmpGroup group in _groups.Values)
        {
            if (group.IsMember)
                _sender.Add(_interface, IgmpRecordType.IsExclude, group.Address, null);
        }
        _sender.Flush(_interface);
    }

    /// <summary>The timer of one group.</summary>
    private void Respond(IgmpGroup group)
    {
        int asked = _version;
        ChooseVersion();
        if (_version != asked)
            return;
        if (_version < 3)
        {
            SendOld(group);
            return;
        }
        // Of the sources asked about all are wanted: B - X, where X is nobody.
        _sender.Add(_interface, group.Sources is null ? IgmpRecordType.IsExclude : IgmpRecordType.IsInclude, group.Address, group.Sources);
        group.Sources = null;
        _sender.Flush(_interface);
    }

    private void RepeatChanges()
    {
        ChooseVersion();
        ReportChanges([.. _groups.Values]);
    }

    /// <summary>Section 5.1: a change is reported at once, and again "[Robustness Variable] - 1 more times, at intervals chosen at random".</summary>
    private void ReportChanges(IgmpGroup[] groups)
    {
        foreach (IgmpGroup group in groups)
        {
            if (group.ChangesLeft == 0)
                continue;
            group.ChangesLeft--;
            if (_version < 3)
                SendOld(group);
            else
                _sender.Add(_interface, group.IsMember ? IgmpRecordType.ToExclude : IgmpRecordType.ToInclude, group.Address, null);
        }
        _sender.Flush(_interface);
        foreach (IgmpGroup group in groups)
        {
            if (group is { IsMember: false, ChangesLeft: 0 })
                Remove(group);
        }
        if (!_changes.IsArmed && _groups.Values.Any(g => g.ChangesLeft > 0))
            _changes.ArmAfter(_stack.Random.NextInt64(1, _version < 3 ? OldUnsolicitedReportInterval : UnsolicitedReportInterval));
    }

    private void SendOld(IgmpGroup group)
    {
        group.IsLastReporter = true;
        _sender.Send(_interface, _version == 1 ? IgmpType.Version1Report : IgmpType.Version2Report, group.Address);
    }

    private void CancelAll()
    {
        _response.Cancel();
        _changes.Cancel();
        foreach (IgmpGroup group in _groups.Values.ToArray())
        {
            group.Cancel();
            if (!group.IsMember)
                Remove(group);
        }
    }

    private void Remove(IgmpGroup group)
    {
        group.Retire();
        _groups.Remove(group.Address);
    }
}
