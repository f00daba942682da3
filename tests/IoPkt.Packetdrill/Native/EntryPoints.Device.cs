using System.Runtime.InteropServices;

namespace IoPkt.Packetdrill.Native;

/// <summary>The device at whose other end packetdrill is, and time.</summary>
internal static unsafe partial class EntryPoints
{
    [UnmanagedCallersOnly]
    private static int DeviceSend(nint userData, byte* packet, nuint count)
    {
        At(userData).Deliver(new ReadOnlySpan<byte>(packet, (int)count));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int DeviceReceive(nint userData, byte* buffer, nuint* count, long* time)
    {
        if (!At(userData).TryTakeSent(out byte[] packet, out long sentAt))
        {
            *count = 0;
            return 0;
        }
        int length = Math.Min(packet.Length, (int)*count);
        packet.AsSpan(0, length).CopyTo(new Span<byte>(buffer, length));
        *count = (nuint)length;
        *time = sentAt;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Sleep(nint userData, uint microseconds)
    {
        At(userData).Sleep(microseconds);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int GetTimeOfDay(nint userData, TimeValue* value, nint zone)
    {
        (value->Seconds, value->Microseconds) = long.DivRem(At(userData).GetTime(), 1_000_000);
        return 0;
    }
}
