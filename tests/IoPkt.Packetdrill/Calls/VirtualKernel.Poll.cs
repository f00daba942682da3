using System.Diagnostics.CodeAnalysis;
using IoPkt.Packetdrill.Files;

namespace IoPkt.Packetdrill.Calls;

/// <summary>One entry of poll's list.</summary>
public sealed class PollEntry
{
    public required int Descriptor { get; init; }

    public required PollEvents Events { get; init; }

    public PollEvents Ready { get; set; }
}

/// <summary>poll and epoll, and how descriptors are found.</summary>
public sealed partial class VirtualKernel
{
    /// <param name="timeout">Milliseconds; negative: without end.</param>
    public SystemCall Poll(IReadOnlyList<PollEntry> entries, int timeout) => SystemCall.Begin(Host, () =>
    {
        int count = 0;
        foreach (PollEntry entry in entries)
        {
            PollEvents events = entry.Events | PollEvents.Error | PollEvents.HangUp;
            entry.Ready = entry.Descriptor < 0 ? PollEvents.None : _files.Find(entry.Descriptor)?.Poll() & events ?? PollEvents.Invalid;
            count += entry.Ready == PollEvents.None ? 0 : 1;
        }
        return count > 0 ? count : OpenFile.WouldBlock;
    }, timeout != 0, Timeout(timeout), static () => 0);

    public long EpollCreate() => _files.Add(new EpollFile());

    /// <param name="operation">EPOLL_CTL_ADD 1, _DEL 2, _MOD 3.</param>
    public long EpollControl(int epoll, int operation, int descriptor, PollEvents events, ulong data)
    {
        if (_files.Find(descriptor) is not { } file || _files.Find(epoll) is not { } instance)
            return Failure(Errno.BadDescriptor);
        if (instance is not EpollFile set)
            return Failure(Errno.Invalid);
        return operation switch
        {
            1 => set.Add(descriptor, file, events, data),
            2 => set.Remove(descriptor),
            3 => set.Modify(descriptor, events, data),
            _ => Failure(Errno.Invalid),
        };
    }

    public SystemCall EpollWait(int epoll, (PollEvents Events, ulong Data)[] ready, int timeout)
    {
        if (_files.Find(epoll) is not EpollFile set)
            return Completed(Failure(_files.Find(epoll) is null ? Errno.BadDescriptor : Errno.Invalid));
        return SystemCall.Begin(Host, () => set.Wait(ready), timeout != 0, Timeout(timeout), static () => 0);
    }

    private static TimeSpan? Timeout(int milliseconds) => milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);

    private bool TryFindSocket(int descriptor, [NotNullWhen(true)] out SocketFile? file, out long error)
    {
        OpenFile? found = _files.Find(descriptor);
        file = found as SocketFile;
        error = found is null ? Failure(Errno.BadDescriptor) : Failure(Errno.NotSocket);
        return file is not null;
    }

    private bool TryFindStream(int descriptor, [NotNullWhen(true)] out StreamFile? file, out long error)
    {
        if (!TryFindSocket(descriptor, out SocketFile? found, out error))
        {
            file = null;
            return false;
        }
        file = found as StreamFile;
        error = Failure(Errno.NotSupported);
        return file is not null;
    }
}
