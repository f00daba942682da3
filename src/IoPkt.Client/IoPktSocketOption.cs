using IoPkt.Wire.Sockets;

namespace IoPkt.Client;

/// <summary>A socket option, by Linux's level and number. The usual ones have names here; any other that the stack knows can be made.</summary>
/// <param name="Level">SOL_SOCKET is 1, IPPROTO_IP 0, IPPROTO_TCP 6.</param>
/// <param name="Name">The number within its level.</param>
public readonly record struct IoPktSocketOption(int Level, int Name)
{
    public static IoPktSocketOption Error => new(LinuxLevels.Socket, LinuxSocketOptions.Error);

    public static IoPktSocketOption ReuseAddress => new(LinuxLevels.Socket, LinuxSocketOptions.ReuseAddress);

    public static IoPktSocketOption ReusePort => new(LinuxLevels.Socket, LinuxSocketOptions.ReusePort);

    public static IoPktSocketOption Broadcast => new(LinuxLevels.Socket, LinuxSocketOptions.Broadcast);

    public static IoPktSocketOption KeepAlive => new(LinuxLevels.Socket, LinuxSocketOptions.KeepAlive);

    public static IoPktSocketOption DontRoute => new(LinuxLevels.Socket, LinuxSocketOptions.DontRoute);

    /// <summary>Bytes.</summary>
    public static IoPktSocketOption SendBuffer => new(LinuxLevels.Socket, LinuxSocketOptions.SendBuffer);

    /// <summary>Bytes.</summary>
    public static IoPktSocketOption ReceiveBuffer => new(LinuxLevels.Socket, LinuxSocketOptions.ReceiveBuffer);

    /// <summary>The name of an interface; empty: none.</summary>
    public static IoPktSocketOption BindToDevice => new(LinuxLevels.Socket, LinuxSocketOptions.BindToDevice);

    public static IoPktSocketOption NoDelay => new(LinuxLevels.Tcp, LinuxTcpOptions.NoDelay);

    public static IoPktSocketOption Ttl => new(LinuxLevels.Ip, LinuxIpOptions.Ttl);

    public static IoPktSocketOption TypeOfService => new(LinuxLevels.Ip, LinuxIpOptions.Tos);

    /// <summary>2 (IP_PMTUDISC_DO) forbids fragments, 0 lets the stack make them.</summary>
    public static IoPktSocketOption MtuDiscover => new(LinuxLevels.Ip, LinuxIpOptions.MtuDiscover);

    /// <summary>1: each received datagram tells its time to live.</summary>
    public static IoPktSocketOption ReceiveTtl => new(LinuxLevels.Ip, LinuxIpOptions.ReceiveTtl);

    public static IoPktSocketOption MulticastTtl => new(LinuxLevels.Ip, LinuxIpOptions.MulticastTtl);

    public static IoPktSocketOption MulticastLoop => new(LinuxLevels.Ip, LinuxIpOptions.MulticastLoop);
}
