namespace IoPkt;

/// <summary>An error of a socket or a request: Linux's numbers, because they cross to clients unchanged. Zero is success.</summary>
public enum Errno
{
    None = 0,
    NotPermitted = 1,              // EPERM
    NoEntry = 2,                   // ENOENT
    Interrupted = 4,               // EINTR
    InputOutput = 5,               // EIO
    NoDevice = 6,                  // ENXIO
    BadDescriptor = 9,             // EBADF
    TryAgain = 11,                 // EAGAIN
    OutOfMemory = 12,              // ENOMEM
    AccessDenied = 13,             // EACCES
    Busy = 16,                     // EBUSY
    Exists = 17,                   // EEXIST
    NoSuchDevice = 19,             // ENODEV
    Invalid = 22,                  // EINVAL
    FileTableOverflow = 23,        // ENFILE
    TooManyFiles = 24,             // EMFILE
    InappropriateIoctl = 25,       // ENOTTY
    BrokenPipe = 32,               // EPIPE
    OutOfRange = 34,               // ERANGE
    NotSocket = 88,                // ENOTSOCK
    DestinationRequired = 89,      // EDESTADDRREQ
    MessageTooLong = 90,           // EMSGSIZE
    WrongProtocolType = 91,        // EPROTOTYPE
    NoProtocolOption = 92,         // ENOPROTOOPT
    ProtocolNotSupported = 93,     // EPROTONOSUPPORT
    SocketTypeNotSupported = 94,   // ESOCKTNOSUPPORT
    NotSupported = 95,             // EOPNOTSUPP
    AddressFamilyNotSupported = 97, // EAFNOSUPPORT
    AddressInUse = 98,             // EADDRINUSE
    AddressNotAvailable = 99,      // EADDRNOTAVAIL
    NetworkDown = 100,             // ENETDOWN
    NetworkUnreachable = 101,      // ENETUNREACH
    NetworkReset = 102,            // ENETRESET
    ConnectionAborted = 103,       // ECONNABORTED
    ConnectionReset = 104,         // ECONNRESET
    NoBuffers = 105,               // ENOBUFS
    IsConnected = 106,             // EISCONN
    NotConnected = 107,            // ENOTCONN
    TooManyReferences = 109,       // ETOOMANYREFS
    TimedOut = 110,                // ETIMEDOUT
    ConnectionRefused = 111,       // ECONNREFUSED
    HostDown = 112,                // EHOSTDOWN
    HostUnreachable = 113,         // EHOSTUNREACH
    AlreadyInProgress = 114,       // EALREADY
    InProgress = 115,              // EINPROGRESS
}
