using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IoPkt.Packetdrill.Host;
using IoPkt.Wire.Sockets;

namespace IoPkt.Packetdrill.Native;

/// <summary>What packetdrill finds in the library, and what it calls then. Each group of calls has a file of its own.</summary>
internal static unsafe partial class EntryPoints
{
    /// <summary><c>packetdrill_interface_init</c>: packetdrill calls it once, with <c>--so_flags</c>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "packetdrill_interface_init")]
    public static void Initialize(byte* flags, PacketdrillInterface* calls)
    {
        Session session;
        try
        {
            session = new Session(HostConfiguration.Parse(Marshal.PtrToStringUTF8((nint)flags)));
        }
        catch (Exception e) when (e is ModuleException or FormatException)
        {
            Console.Error.WriteLine(e.Message);
            Environment.Exit(1);
            return;
        }
        *calls = new PacketdrillInterface
        {
            UserData = GCHandle.ToIntPtr(GCHandle.Alloc(session)),
            Free = &Free,
            Socket = &Socket,
            Bind = &Bind,
            Listen = &Listen,
            Accept = &Accept,
            Connect = &Connect,
            Read = &Read,
            ReadVector = &ReadVector,
            Receive = &Receive,
            ReceiveFrom = &ReceiveFrom,
            ReceiveMessage = &ReceiveMessage,
            Write = &Write,
            WriteVector = &WriteVector,
            Send = &Send,
            SendTo = &SendTo,
            SendMessage = &SendMessage,
            Fcntl = &Fcntl,
            Ioctl = &Ioctl,
            Close = &Close,
            Shutdown = &Shutdown,
            GetOption = &GetOption,
            SetOption = &SetOption,
            Poll = &Poll,
            DeviceSend = &DeviceSend,
            DeviceReceive = &DeviceReceive,
            Sleep = &Sleep,
            GetTimeOfDay = &GetTimeOfDay,
            EpollCreate = &EpollCreate,
            EpollControl = &EpollControl,
            EpollWait = &EpollWait,
            Pipe = &Pipe,
            Splice = &Splice,
        };
    }

    [UnmanagedCallersOnly]
    private static void Free(nint userData)
    {
        GCHandle handle = GCHandle.FromIntPtr(userData);
        ((Session)handle.Target!).Dispose();
        handle.Free();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Session At(nint userData) => (Session)GCHandle.FromIntPtr(userData).Target!;

    private static bool TryRead(byte* address, uint length, out SockAddr read)
    {
        read = default;
        return address is not null && SockAddr.TryRead(new ReadOnlySpan<byte>(address, (int)Math.Min(length, SockAddr.MaximumSize)), out read);
    }

    /// <summary>Stores an address as getsockname does: cut to the room there is, and with its whole length.</summary>
    private static void Store(in SockAddr address, byte* destination, uint* length)
    {
        if (destination is null || length is null)
            return;
        Span<byte> whole = stackalloc byte[SockAddr.MaximumSize];
        int size = address.Write(whole);
        whole[..(int)Math.Min(*length, (uint)size)].CopyTo(new Span<byte>(destination, (int)*length));
        *length = (uint)size;
    }
}
