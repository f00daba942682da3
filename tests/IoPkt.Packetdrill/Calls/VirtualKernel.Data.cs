using IoPkt.Packetdrill.Files;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Calls;

/// <summary>Reading and writing.</summary>
public sealed partial class VirtualKernel
{
    /// <summary>read, readv, recv, recvfrom and recvmsg.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="flags">MSG_ flags.</param>
    /// <param name="message">What recvmsg tells besides the data.</param>
    public SystemCall Receive(int descriptor, Memory<byte> buffer, MessageFlags flags, ReceivedMessage message)
    {
        if (_files.Find(descriptor) is not { } file)
            return Completed(Failure(Errno.BadDescriptor));
        return SystemCall.Begin(Host, () => file.Receive(buffer.Span, flags, message), MayBlock(file, flags), (file as SocketFile)?.ReceiveTimeout);
    }

    /// <summary>write, writev, send, sendto and sendmsg. A blocking one returns when everything is in the send buffer.</summary>
    public SystemCall Send(int descriptor, ReadOnlyMemory<byte> data, MessageFlags flags, SockAddr? destination)
    {
        if (_files.Find(descriptor) is not { } file)
            return Completed(Failure(Errno.BadDescriptor));
        bool mayBlock = MayBlock(file, flags);
        if ((flags & MessageFlags.FastOpen) != 0 && file is StreamFile { Tcp.State: Stack.TcpState.Closed or Stack.TcpState.SynSent } connecting)
        {
            if (destination is not { Family: SockAddr.Inet } server)
                return Completed(Failure(destination is null ? Errno.Invalid : Errno.NotSupported));
            long begun = Do(() => connecting.BeginFastOpen(ToEndpoint(server), data.Length > 0));
            if (begun != 0 && !(mayBlock && begun == Failure(Errno.InProgress)))
                return Completed(begun);
        }
        int sent = 0;
        return SystemCall.Begin(Host, () =>
        {
            long result = file.Send(data.Span[sent..], flags, destination);
            if (result > 0)
                sent += (int)result;
            else if (result < 0 && result != OpenFile.WouldBlock)
                return sent > 0 && file is not StreamFile { WasConnected: false } ? sent : result;
            bool isDone = sent == data.Length || (!mayBlock && sent > 0);
            return isDone ? sent : OpenFile.WouldBlock;
        }, mayBlock, (file as SocketFile)?.SendTimeout, () => sent > 0 ? sent : OpenFile.WouldBlock);
    }

    /// <summary>SIOCINQ (FIONREAD), SIOCOUTQ and SIOCOUTQNSD.</summary>
    /// <param name="value">What the request asks for.</param>
    public long Ioctl(int descriptor, ulong request, out int value)
    {
        const ulong inputQueue = 0x541b, outputQueue = 0x5411, outputQueueNotSent = 0x894b;
        value = 0;
        if (!TryFindStream(descriptor, out StreamFile? file, out long error))
            return error;
        if (file.Tcp.State == Stack.TcpState.Listen)
            return Failure(Errno.Invalid);
        switch (request)
        {
            case inputQueue:
                // A FIN after the data counts as one, so that a reader knows that there's something to learn.
                value = file.Tcp.ReceiveAvailable;
                return 0;
            case outputQueue:
                value = file.Tcp.SendQueued;
                return 0;
            case outputQueueNotSent:
                value = file.Tcp.GetInfo().BytesNotSent;
                return 0;
            default:
                return Failure(Errno.InappropriateIoctl);
        }
    }

    /// <returns>0, and the two descriptors.</returns>
    public long Pipe(out int reader, out int writer)
    {
        PipeBuffer buffer = new();
        reader = _files.Add(new PipeFile(buffer, isWriter: false));
        writer = _files.Add(new PipeFile(buffer, isWriter: true));
        return 0;
    }

    /// <summary>Moves data between a pipe and a socket.</summary>
    public SystemCall Splice(int from, int to, int length)
    {
        if (_files.Find(from) is not { } source || _files.Find(to) is not { } target)
            return Completed(Failure(Errno.BadDescriptor));
        if (source is not PipeFile && target is not PipeFile)
            return Completed(Failure(Errno.Invalid));
        return SystemCall.Begin(Host, () =>
        {
            byte[] data = new byte[Math.Min(length, PipeBuffer.Capacity)];
            long taken = source.Receive(data, MessageFlags.None, new ReceivedMessage());
            return taken > 0 ? target.Send(data.AsSpan(0, (int)taken), MessageFlags.None, null) : taken;
        }, !source.IsNonBlocking && !target.IsNonBlocking);
    }

    private static bool MayBlock(OpenFile file, MessageFlags flags) => !file.IsNonBlocking && (flags & MessageFlags.DontWait) == 0;
}
