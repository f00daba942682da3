namespace IoPkt.Packetdrill.Files;

/// <summary>An epoll instance over the virtual host's descriptors.</summary>
internal sealed class EpollFile : OpenFile
{
    private readonly List<Interest> _interests = [];

    private sealed class Interest(int descriptor, OpenFile file)
    {
        public int Descriptor => descriptor;

        public OpenFile File => file;

        public PollEvents Events { get; set; }

        public ulong Data { get; set; }

        /// <summary>What has changed since it was last reported; only edge-triggered interests look at it.</summary>
        public PollEvents Edges { get; set; }
    }

    public long Add(int descriptor, OpenFile file, PollEvents events, ulong data)
    {
        if (Find(descriptor) is not null)
            return -(long)Errno.Exists;
        Interest added = new(descriptor, file) { Events = events, Data = data, Edges = file.Poll() };
        _interests.Add(added);
        file.Changed += changes => added.Edges |= changes;
        return 0;
    }

    public long Modify(int descriptor, PollEvents events, ulong data)
    {
        if (Find(descriptor) is not { } interest)
            return -(long)Errno.NoEntry;
        interest.Events = events;
        interest.Data = data;
        interest.Edges = interest.File.Poll();
        return 0;
    }

    public long Remove(int descriptor) => _interests.RemoveAll(i => i.Descriptor == descriptor) > 0 ? 0 : -(long)Errno.NoEntry;

    /// <summary>Reports what's ready.</summary>
    /// <returns>How many; <see cref="OpenFile.WouldBlock"/>: nothing.</returns>
    public long Wait(Span<(PollEvents Events, ulong Data)> ready)
    {
        int count = 0;
        foreach (Interest interest in _interests)
        {
            if (count == ready.Length)
                break;
            PollEvents events = interest.File.Poll() & (interest.Events | PollEvents.Error | PollEvents.HangUp);
            bool isEdgeTriggered = (interest.Events & PollEvents.EdgeTriggered) != 0;
            if (events == 0 || (isEdgeTriggered && (interest.Edges & events) == 0))
                continue;
            interest.Edges = 0;
            if ((interest.Events & PollEvents.OneShot) != 0)
                interest.Events = PollEvents.OneShot;
            ready[count++] = (events, interest.Data);
        }
        return count > 0 ? count : WouldBlock;
    }

    public override PollEvents Poll() =>
        _interests.Exists(i => (i.File.Poll() & i.Events) != 0) ? PollEvents.In | PollEvents.ReadNormal : PollEvents.None;

    public override void Close() => _interests.Clear();

    private Interest? Find(int descriptor) => _interests.Find(i => i.Descriptor == descriptor);
}
