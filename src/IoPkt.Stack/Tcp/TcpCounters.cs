namespace IoPkt.Stack;

/// <summary><c>netstat -s -p tcp</c>, in NetBSD's words.</summary>
internal sealed class TcpCounters : CounterGroup
{
    public TcpCounters() : base("tcp")
    {
        Sent = Define("packets sent");
        SentData = Define("data packets sent");
        SentDataBytes = Define("data bytes sent");
        Retransmitted = Define("data packets retransmitted");
        RetransmittedBytes = Define("data bytes retransmitted");
        SentAcks = Define("ack-only packets sent");
        DelayedAcks = Define("delayed acks sent");
        SentUrgent = Define("URG only packets sent");
        SentProbes = Define("window probe packets sent");
        SentWindowUpdates = Define("window update packets sent");
        SentControl = Define("control (SYN/FIN/RST) packets sent");
        SendErrors = Define("send attempts resulted in errors");
        Received = Define("packets received");
        ReceivedAcks = Define("acks received for new data");
        ReceivedAckBytes = Define("bytes acknowledged");
        ReceivedDuplicateAcks = Define("duplicate acks received");
        ReceivedAcksTooMuch = Define("acks received for unsent data");
        ReceivedInSequence = Define("packets received in-sequence");
        ReceivedInSequenceBytes = Define("bytes received in-sequence");
        ReceivedDuplicates = Define("completely duplicate packets received");
        ReceivedDuplicateBytes = Define("bytes of duplicate data received");
        ReceivedOldTimestamps = Define("old duplicate packets (PAWS)");
        ReceivedPartlyDuplicate = Define("packets received with some dup. data");
        ReceivedOutOfOrder = Define("out-of-order packets received");
        ReceivedOutOfOrderBytes = Define("out-of-order bytes received");
        ReceivedAfterWindow = Define("packets received with data after window");
        ReceivedAfterWindowBytes = Define("bytes of data received after window");
        ReceivedWindowProbes = Define("window probes received");
        ReceivedWindowUpdates = Define("window update packets received");
        ReceivedUrgent = Define("packets received with urgent data");
        ReceivedAfterClose = Define("packets received after close");
        ReceivedBadChecksum = Define("discarded for bad checksums");
        ReceivedBadOffset = Define("discarded for bad header offset fields");
        ReceivedTooShort = Define("discarded because packet too short");
        ReceivedBadOptions = Define("packets received with malformed options");
        ReceivedNoMemory = Define("discarded due to lack of memory");
        PressureEntered = Define("times that the packet pool was nearly used up");
        ReassemblyPruned = Define("reassembly queues given up for lack of memory");
        SynsWithoutMemory = Define("SYNs dropped for lack of memory");
        ConnectionRequests = Define("connection requests");
        ConnectionAccepts = Define("connection accepts");
        ConnectionsEstablished = Define("connections established (including accepts)");
        ConnectionsClosed = Define("connections closed (including drops)");
        ConnectionsDropped = Define("connections dropped by retransmit timeout, keepalive or reset");
        EmbryonicDropped = Define("embryonic connections dropped");
        RoundTripUpdates = Define("segments updated rtt");
        RoundTripAttempts = Define("acks that could update rtt");
        RetransmitTimeouts = Define("retransmit timeouts");
        RetransmitDrops = Define("connections dropped by rexmit timeout");
        TimeoutsReverted = Define("retransmit timeouts not doubled because the peer was unreachable");
        PersistTimeouts = Define("persist timeouts");
        PersistDrops = Define("connections dropped by persist timeout");
        KeepAliveTimeouts = Define("keepalive timeouts");
        KeepAliveProbes = Define("keepalive probes sent");
        KeepAliveDrops = Define("connections dropped by keepalive");
        FinWait2Drops = Define("connections dropped in FIN-WAIT-2");
        OrphansReset = Define("connections reset when closed because too many had no user");
        OrphanDrops = Define("connections without a user dropped by a window that stayed closed");
        TimeWaitOverflows = Define("connections in TIME-WAIT ended early because there were too many");
        FastRetransmits = Define("fast retransmits");
        SpuriousRecoveries = Define("fast recoveries undone");
        SpuriousTimeouts = Define("retransmit timeouts undone");
        TailLossProbes = Define("tail loss probes sent");
        DuplicateSacksSent = Define("D-SACKs sent");
        DuplicateSacksReceived = Define("D-SACKs received");
        EcnConnections = Define("connections that use ECN");
        EcnMarksReceived = Define("data packets received with ECN CE mark");
        EcnEchoesReceived = Define("window reductions by ECN");
        SackReneging = Define("SACK blocks taken back by the peer");
        SynQueueOverflows = Define("SYNs dropped because the SYN queue was full");
        SynCookiesSent = Define("SYN cookies sent");
        SynCookiesAccepted = Define("SYN cookies accepted");
        SynCookiesRefused = Define("SYN cookies refused");
        FastOpenActive = Define("SYNs sent with data (Fast Open)");
        FastOpenRefused = Define("SYNs sent with data that weren't accepted (Fast Open)");
        FastOpenTimeouts = Define("SYNs sent again without Fast Open");
        FastOpenPassive = Define("connections opened by a cookie (Fast Open)");
        FastOpenBadCookies = Define("cookies received that weren't ours (Fast Open)");
        FastOpenOverflows = Define("cookies not used because too many connections waited (Fast Open)");
        ListenOverflows = Define("connections dropped because the accept queue was full");
        SynAckRetransmits = Define("SYN,ACKs retransmitted");
        BadResets = Define("resets received outside the expected place");
        ResetsReceived = Define("resets received");
        ResetsSuppressed = Define("resets not sent because of the rate limit");
        ChallengeAcks = Define("challenge acks sent");
        ChallengeAcksSuppressed = Define("challenge acks not sent because of the rate limit");
        PathMtuReductions = Define("segment size reductions by path MTU discovery");
        BlackHolesSuspected = Define("segment size reductions because large packets weren't acknowledged");
        BlackHolesConfirmed = Define("path MTUs lowered because only small packets arrived");
        SizeProbes = Define("probes of a larger segment size sent");
        SizeProbesArrived = Define("probes of a larger segment size acknowledged");
        IcmpIgnored = Define("ICMP messages ignored");
        TimeWaitReused = Define("connections in TIME-WAIT reused");
        NoPort = Define("SYNs received for ports with no listener");
    }

    public Counter Sent { get; }
    public Counter SentData { get; }
    public Counter SentDataBytes { get; }
    public Counter Retransmitted { get; }
    public Counter RetransmittedBytes { get; }
    public Counter SentAcks { get; }
    public Counter DelayedAcks { get; }
    public Counter SentUrgent { get; }
    public Counter SentProbes { get; }
    public Counter SentWindowUpdates { get; }
    public Counter SentControl { get; }
    public Counter SendErrors { get; }
    public Counter Received { get; }
    public Counter ReceivedAcks { get; }
    public Counter ReceivedAckBytes { get; }
    public Counter ReceivedDuplicateAcks { get; }
    public Counter ReceivedAcksTooMuch { get; }
    public Counter ReceivedInSequence { get; }
    public Counter ReceivedInSequenceBytes { get; }
    public Counter ReceivedDuplicates { get; }
    public Counter ReceivedDuplicateBytes { get; }
    public Counter ReceivedOldTimestamps { get; }
    public Counter ReceivedPartlyDuplicate { get; }
    public Counter ReceivedOutOfOrder { get; }
    public Counter ReceivedOutOfOrderBytes { get; }
    public Counter ReceivedAfterWindow { get; }
    public Counter ReceivedAfterWindowBytes { get; }
    public Counter ReceivedWindowProbes { get; }
    public Counter ReceivedWindowUpdates { get; }
    public Counter ReceivedUrgent { get; }
    public Counter ReceivedAfterClose { get; }
    public Counter ReceivedBadChecksum { get; }
    public Counter ReceivedBadOffset { get; }
    public Counter ReceivedTooShort { get; }
    public Counter ReceivedBadOptions { get; }
    public Counter ReceivedNoMemory { get; }
    public Counter PressureEntered { get; }
    public Counter ReassemblyPruned { get; }
    public Counter SynsWithoutMemory { get; }
    public Counter ConnectionRequests { get; }
    public Counter ConnectionAccepts { get; }
    public Counter ConnectionsEstablished { get; }
    public Counter ConnectionsClosed { get; }
    public Counter ConnectionsDropped { get; }
    public Counter EmbryonicDropped { get; }
    public Counter RoundTripUpdates { get; }
    public Counter RoundTripAttempts { get; }
    public Counter RetransmitTimeouts { get; }
    public Counter RetransmitDrops { get; }
    public Counter TimeoutsReverted { get; }
    public Counter PersistTimeouts { get; }
    public Counter PersistDrops { get; }
    public Counter KeepAliveTimeouts { get; }
    public Counter KeepAliveProbes { get; }
    public Counter KeepAliveDrops { get; }
    public Counter FinWait2Drops { get; }
    public Counter OrphansReset { get; }
    public Counter OrphanDrops { get; }
    public Counter TimeWaitOverflows { get; }
    public Counter FastRetransmits { get; }
    public Counter SpuriousRecoveries { get; }
    public Counter SpuriousTimeouts { get; }
    public Counter TailLossProbes { get; }
    public Counter DuplicateSacksSent { get; }
    public Counter DuplicateSacksReceived { get; }
    public Counter EcnConnections { get; }
    public Counter EcnMarksReceived { get; }
    public Counter EcnEchoesReceived { get; }
    public Counter SackReneging { get; }
    public Counter SynQueueOverflows { get; }
    public Counter SynCookiesSent { get; }
    public Counter SynCookiesAccepted { get; }
    public Counter SynCookiesRefused { get; }
    public Counter FastOpenActive { get; }
    public Counter FastOpenRefused { get; }
    public Counter FastOpenTimeouts { get; }
    public Counter FastOpenPassive { get; }
    public Counter FastOpenBadCookies { get; }
    public Counter FastOpenOverflows { get; }
    public Counter ListenOverflows { get; }
    public Counter SynAckRetransmits { get; }
    public Counter BadResets { get; }
    public Counter ResetsReceived { get; }
    public Counter ResetsSuppressed { get; }
    public Counter ChallengeAcks { get; }
    public Counter ChallengeAcksSuppressed { get; }
    public Counter PathMtuReductions { get; }
    public Counter BlackHolesSuspected { get; }
    public Counter BlackHolesConfirmed { get; }
    public Counter SizeProbes { get; }
    public Counter SizeProbesArrived { get; }
    public Counter IcmpIgnored { get; }
    public Counter TimeWaitReused { get; }
    public Counter NoPort { get; }
}
