using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace IoPkt.Client.Control;

/// <summary>Messages with a descriptor attached (SCM_RIGHTS). None of these calls waits: callers know that the socket is ready.</summary>
internal static unsafe class DescriptorPassing
{
    // CMSG_SPACE and CMSG_LEN of one descriptor. Room for two, so that a peer that breaks the rule is seen, and its descriptors are closed.
    private const int ControlSpace = 24;
    private const int ControlLength = 20;

    /// <returns>0, or an error number.</returns>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> message, SafeSocketHandle? attached)
    {
        bool referenced = false;
        try
        {
            byte* control = stackalloc byte[ControlSpace];
            new Span<byte>(control, ControlSpace).Clear();
            fixed (byte* data = message)
            {
                Libc.IoVector vector = new() { Base = data, Length = (nuint)message.Length };
                Libc.MessageHeader header = new() { Vectors = &vector, VectorCount = 1 };
                if (attached is not null)
                {
                    attached.DangerousAddRef(ref referenced);
                    *(Libc.ControlHeader*)control = new() { Length = ControlLength, Level = Libc.SolSocket, Type = Libc.ScmRights };
                    *(int*)(control + sizeof(Libc.ControlHeader)) = (int)attached.DangerousGetHandle();
                    header.Control = control;
                    header.ControlLength = ControlSpace;
                }
                while (Libc.SendMessage(socket, &header, Libc.MsgNoSignal) < 0)
                {
                    int error = Marshal.GetLastPInvokeError();
                    if (error != Errors.Interrupted)
                        return error;
                }
                return 0;
            }
        }
        finally
        {
            if (referenced)
                attached!.DangerousRelease();
        }
    }

    /// <summary>Bytes of the next message, which stays where it is; for a stream, of what can be read.</summary>
    /// <returns>A negative error number when there's nothing.</returns>
    public static int PeekLength(SafeSocketHandle socket)
    {
        byte nothing;
        nint length = Libc.Receive(socket, &nothing, 0, Libc.MsgPeek | Libc.MsgTrunc | Libc.MsgDontWait);
        return length < 0 ? -Marshal.GetLastPInvokeError() : (int)length;
    }

    /// <summary>Takes a message and its descriptor, if it has one.</summary>
    /// <returns>Its length, 0 at the end of the stream, or a negative error number.</returns>
    public static int Receive(SafeSocketHandle socket, Span<byte> buffer, out SafeSocketHandle? attached)
    {
        attached = null;
        byte* control = stackalloc byte[2 * ControlSpace];
        fixed (byte* data = buffer)
        {
            Libc.IoVector vector = new() { Base = data, Length = (nuint)buffer.Length };
            Libc.MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 2 * ControlSpace };
            nint length = Libc.ReceiveMessage(socket, &header, Libc.MsgDontWait | Libc.MsgCmsgCloexec);
            if (length < 0)
                return -Marshal.GetLastPInvokeError();
            attached = TakeDescriptor(control, (int)header.ControlLength);
            return (int)length;
        }
    }

    private static SafeSocketHandle? TakeDescriptor(byte* control, int length)
    {
        SafeSocketHandle? first = null;
        int headerSize = sizeof(Libc.ControlHeader);
        while (length >= headerSize)
        {
            Libc.ControlHeader* header = (Libc.ControlHeader*)control;
            int entry = (int)header->Length;
            if (entry < headerSize || entry > length)
                break;
            if (header->Level == Libc.SolSocket && header->Type == Libc.ScmRights)
            {
                for (int offset = headerSize; offset + sizeof(int) <= entry; offset += sizeof(int))
                {
                    SafeSocketHandle descriptor = new(*(int*)(control + offset), ownsHandle: true);
                    if (first is null)
                        first = descriptor;
                    else
                        descriptor.Dispose();
                }
            }
            int aligned = (entry + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);
            control += aligned;
            length -= aligned;
        }
        return first;
    }
}
