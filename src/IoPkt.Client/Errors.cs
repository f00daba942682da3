using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace IoPkt.Client;

/// <summary>Linux's error numbers, which cross the wire, as .NET's.</summary>
internal static class Errors
{
    public const int NoEntry = 2;
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int BrokenPipe = 32;
    public const int Protocol = 71;
    public const int AddressFamilyNotSupported = 97;
    public const int ConnectionReset = 104;

    public static SocketException Exception(int errno) => new((int)ToSocketError(errno), $"{Marshal.GetPInvokeErrorMessage(errno)}");

    public static SocketError ToSocketError(int errno) => errno switch
    {
        0 => SocketError.Success,
        1 or 13 => SocketError.AccessDenied,             // EPERM, EACCES
        NoEntry => SocketError.AddressNotAvailable,      // ENOENT
        Interrupted => SocketError.Interrupted,
        TryAgain => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable, // ENOMEM, ENOBUFS
        14 => SocketError.Fault,
        22 => SocketError.InvalidArgument,
        24 => SocketError.TooManyOpenSockets,
        BrokenPipe => SocketError.Shutdown,
        88 => SocketError.NotSocket,
        89 => SocketError.DestinationAddressRequired,
        90 => SocketError.MessageSize,
        91 => SocketError.ProtocolType,
        92 => SocketError.ProtocolOption,
        93 => SocketError.ProtocolNotSupported,
        94 => SocketError.SocketNotSupported,
        95 => SocketError.OperationNotSupported,
        96 => SocketError.ProtocolFamilyNotSupported,
        AddressFamilyNotSupported => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        ConnectionReset => SocketError.ConnectionReset,
        106 => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        108 => SocketError.Shutdown,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        114 => SocketError.AlreadyInProgress,
        115 => SocketError.InProgress,
        125 => SocketError.OperationAborted,
        _ => SocketError.SocketError,
    };
}
