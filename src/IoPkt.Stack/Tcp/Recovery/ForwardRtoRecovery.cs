namespace IoPkt.Stack;

/// <summary>
/// F-RTO (RFC 5682): was a timeout spurious? After the first segment has been sent again, new data go out rather than more retransmissions, and the next acknowledgements tell.
/// Section 3.1 is for peers with SACK, section 2.1 for those without.
/// </summary>
internal struct ForwardRtoRecovery
{
    private Step _step;

    private enum Step
    {
        Off,
        FirstAcknowledgment,
        SecondAcknowledgment,
    }

    /// <summary>New data are to be sent before what is marked as lost.</summary>
    public readonly bool SendsNewData => _step == Step.SecondAcknowledgment;

    /// <summary>"When the retransmission timer expires, retransmit the first unacknowledged segment".</summary>
    public void Start() => _step = Step.FirstAcknowledgment;

    public void Stop() => _step = Step.Off;

    /// <param name="report">An acknowledgement after the timeout.</param>
    /// <param name="recover">SND.NXT at the timeout.</param>
    /// <param name="usesSack">Whether the peer reports what it has.</param>
    /// <returns>Whether the timeout was spurious.</returns>
    public bool OnAcknowledgment(in AcknowledgmentReport report, SequenceNumber recover, bool usesSack)
    {
        if (_step == Step.Off)
            return false;
        // Step 2a: "if the cumulative acknowledgment … covers recover, … the F-RTO sender reverts to the conventional RTO recovery".
        if (report.Acknowledged >= recover)
        {
            _step = Step.Off;
            return false;
        }
        // Section 3.1, step 3b, and before: "data … that was not retransmitted after the timeout" has arrived, so not everything was lost.
        if (usesSack && report.Delivered.Original.Exists && report.Delivered.LowestOriginal < recover)
        {
            _step = Step.Off;
            return true;
        }
        if (report.Advanced == 0)
        {
            // Step 2b and 3a: a duplicate acknowledgement: the timeout was in order. One with SACK (RFC 6675, section 2) may carry data as well.
            if (report.Duplicates > 0 || report.Delivered.Sacked > 0)
                _step = Step.Off;
            return false;
        }
        if (_step == Step.FirstAcknowledgment)
        {
            // Step 2b: "transmit up to two new (previously unsent) segments"; without any, there's no telling.
            _step = report.CanSendNew ? Step.SecondAcknowledgment : Step.Off;
            return false;
        }
        // Section 2.1, step 3b: "the acknowledgment advances the window … the timeout was spurious".
        _step = Step.Off;
        return !usesSack;
    }
}
