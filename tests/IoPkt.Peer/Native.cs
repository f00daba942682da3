using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace IoPkt.Peer;

/// <summary>The few system calls that .NET has no name for: TAP, packet sockets, poll.</summary>
internal static partial class Native
{
    private const int ReadWriteNonBlock = 0x2 | 0x800;

    public static int OpenTap(string name)
    {
        int descriptor = Check(open("/dev/net/tun", ReadWriteNonBlock));
        byte[] request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BinaryPrimitives.WriteInt16LittleEndian(request.AsSpan(16), 0x0002 | 0x1000); // IFF_TAP | IFF_NO_PI
        Check(ioctl(descriptor, 0x400454ca, request)); // TUNSETIFF
        return descriptor;
    }

    public static bool Exists(string device) => if_nametoindex(device) != 0;

    public static int OpenPacketSocket(string device)
    {
        const int packetFamily = 17, raw = 3, nonBlock = 0x800, allProtocols = 0x0300; // ETH_P_ALL in network order
        int descriptor = Check(socket(packetFamily, raw | nonBlock, allProtocols));
        byte[] address = new byte[20]; // struct sockaddr_ll
        BinaryPrimitives.WriteInt16LittleEndian(address, packetFamily);
        BinaryPrimitives.WriteInt16LittleEndian(address.AsSpan(2), allProtocols);
        BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(4), Check((int)if_nametoindex(device) is > 0 and int index ? index : -1));
        Check(bind(descriptor, address, address.Length));
        int on = 1, buffer = 8 << 20;
        Check(setsockopt(descriptor, 263, 23, ref on, sizeof(int))); // SOL_PACKET, PACKET_IGNORE_OUTGOING
        _ = setsockopt(descriptor, 1, 33, ref buffer, sizeof(int)); // SO_RCVBUFFORCE: a burst must not be lost here, where nobody counts it
        return descriptor;
    }

    public static int Read(int descriptor, Span<byte> frame) => (int)read(descriptor, ref MemoryMarshal.GetReference(frame), frame.Length);

    /// <summary>A frame that the device has no room for is lost, as on a wire.</summary>
    public static void Write(int descriptor, ReadOnlySpan<byte> frame) => _ = write(descriptor, ref MemoryMarshal.GetReference(frame), frame.Length);

    /// <returns>How many are ready: none when the time was up.</returns>
    public static int Poll(PollDescriptor[] descriptors, TimeSpan limit)
    {
        long[] time = [0, limit.Ticks * TimeSpan.NanosecondsPerTick]; // struct timespec; less than a second
        return ppoll(descriptors, (ulong)descriptors.Length, time, 0);
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, ulong request, byte[] argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, byte[] address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int name, ref int value, int length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, ref byte buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, ref byte buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ppoll([In, Out] PollDescriptor[] descriptors, ulong count, long[] time, nint signals);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor(int descriptor)
    {
        private const short Readable = 1;

        public readonly int Descriptor = descriptor;
        private readonly short _wanted = Readable;
        private readonly short _ready;

        public readonly bool IsReadable => (_ready & Readable) != 0;
    }
}
