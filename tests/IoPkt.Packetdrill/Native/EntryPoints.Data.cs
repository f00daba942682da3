using System.Runtime.InteropServices;
using IoPkt.Packetdrill.Files;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Native;

/// <summary>Reading and writing. Data are copied once more than they need be, so that nothing below this has to know of pointers.</summary>
internal static unsafe partial class EntryPoints
{
    /// <summary>EFAULT</summary>
    private const int BadAddress = 14;

    [UnmanagedCallersOnly]
    private static nint Read(nint userData, int descriptor, byte* buffer, nuint count) => Take(userData, descriptor, new IoVector { Base = buffer, Length = count }, 0);

    [UnmanagedCallersOnly]
    private static nint ReadVector(nint userData, int descriptor, IoVector* vectors, int count) =>
        Take(userData, descriptor, new ReadOnlySpan<IoVector>(vectors, count), 0, new ReceivedMessage());

    [UnmanagedCallersOnly]
    private static nint Receive(nint userData, int descriptor, byte* buffer, nuint count, int flags) =>
        Take(userData, descriptor, new IoVector { Base = buffer, Length = count }, flags);

    [UnmanagedCallersOnly]
    private static nint ReceiveFrom(nint userData, int descriptor, byte* buffer, nuint count, int flags, byte* address, uint* length)
    {
        ReceivedMessage message = new();
        nint result = Take(userData, descriptor, [new IoVector { Base = buffer, Length = count }], flags, message);
        if (result >= 0 && message.Source is { } source)
            Store(source, address, length);
        return result;
    }

    [UnmanagedCallersOnly]
    private static nint ReceiveMessage(nint userData, int descriptor, MessageHeader* header, int flags)
    {
        ReceivedMessage message = new();
        nint result = Take(userData, descriptor, new ReadOnlySpan<IoVector>(header->Vectors, (int)header->VectorCount), flags, message);
        if (result < 0)
            return result;
        header->Flags = (int)message.Flags;
        if (message.Source is { } source)
            Store(source, header->Name, &header->NameLength);
        else
            header->NameLength = 0;
        int control = (int)Math.Min(header->ControlLength, (nuint)message.Control.Length);
        message.Control.AsSpan(0, control).CopyTo(new Span<byte>(header->Control, control));
        header->ControlLength = (nuint)control;
        return result;
    }

    [UnmanagedCallersOnly]
    private static nint Write(nint userData, int descriptor, byte* data, nuint count) => Put(userData, descriptor, [new IoVector { Base = data, Length = count }], 0, null);

    [UnmanagedCallersOnly]
    private static nint WriteVector(nint userData, int descriptor, IoVector* vectors, int count) =>
        Put(userData, descriptor, new ReadOnlySpan<IoVector>(vectors, count), 0, null);

    [UnmanagedCallersOnly]
    private static nint Send(nint userData, int descriptor, byte* data, nuint count, int flags) =>
        Put(userData, descriptor, [new IoVector { Base = data, Length = count }], flags, null);

    [UnmanagedCallersOnly]
    private static nint SendTo(nint userData, int descriptor, byte* data, nuint count, int flags, byte* address, uint length) =>
        Put(userData, descriptor, [new IoVector { Base = data, Length = count }], flags, TryRead(address, length, out SockAddr destination) ? destination : null);

    [UnmanagedCallersOnly]
    private static nint SendMessage(nint userData, int descriptor, MessageHeader* header, int flags) =>
        Put(userData, descriptor, new ReadOnlySpan<IoVector>(header->Vectors, (int)header->VectorCount), flags,
            TryRead(header->Name, header->NameLength, out SockAddr destination) ? destination : null);

    [UnmanagedCallersOnly]
    private static int Pipe(nint userData, int* descriptors)
    {
        (int reader, int writer) = (0, 0);
        int result = (int)At(userData).Call(kernel => kernel.Pipe(out reader, out writer));
        (descriptors[0], descriptors[1]) = (reader, writer);
        return result;
    }

    [UnmanagedCallersOnly]
    private static int Splice(nint userData, int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags) => (int)At(userData).Call(
        kernel => kernel.Splice(from, to, (int)Math.Min(length, int.MaxValue)));

    private static nint Take(nint userData, int descriptor, IoVector vector, int flags) => Take(userData, descriptor, [vector], flags, new ReceivedMessage());

    private static nint Take(nint userData, int descriptor, ReadOnlySpan<IoVector> vectors, int flags, ReceivedMessage message)
    {
        if (!TryMeasure(vectors, out int length))
            return (nint)At(userData).Call(static _ => -(long)BadAddress);
        byte[] data = new byte[length];
        long result = At(userData).Call(kernel => kernel.Receive(descriptor, data, (MessageFlags)flags, message));
        int done = 0;
        foreach (IoVector vector in vectors)
        {
            int part = (int)Math.Min((long)vector.Length, result - done);
            if (part <= 0)
                break;
            data.AsSpan(done, part).CopyTo(new Span<byte>(vector.Base, part));
            done += part;
        }
        return (nint)result;
    }

    private static nint Put(nint userData, int descriptor, ReadOnlySpan<IoVector> vectors, int flags, SockAddr? destination)
    {
        if (!TryMeasure(vectors, out int length))
            return (nint)At(userData).Call(static _ => -(long)BadAddress);
        byte[] data = new byte[length];
        int done = 0;
        foreach (IoVector vector in vectors)
        {
            new ReadOnlySpan<byte>(vector.Base, (int)vector.Length).CopyTo(data.AsSpan(done));
            done += (int)vector.Length;
        }
        return (nint)At(userData).Call(kernel => kernel.Send(descriptor, data, (MessageFlags)flags, destination));
    }

    private static bool TryMeasure(ReadOnlySpan<IoVector> vectors, out int length)
    {
        length = 0;
        foreach (IoVector vector in vectors)
        {
            if (vector.Base is null && vector.Length > 0)
                return false;
            length += (int)Math.Min(vector.Length, 64 * 1024 * 1024);
        }
        return true;
    }
}
