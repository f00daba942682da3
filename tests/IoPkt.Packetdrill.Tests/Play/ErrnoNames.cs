namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>Linux's names of errors.</summary>
internal static class ErrnoNames
{
    private static readonly Dictionary<int, string> Names = new()
    {
        [9] = "EBADF",
        [11] = "EAGAIN",
        [22] = "EINVAL",
        [32] = "EPIPE",
        [88] = "ENOTSOCK",
        [89] = "EDESTADDRREQ",
        [90] = "EMSGSIZE",
        [92] = "ENOPROTOOPT",
        [95] = "EOPNOTSUPP",
        [98] = "EADDRINUSE",
        [99] = "EADDRNOTAVAIL",
        [101] = "ENETUNREACH",
        [103] = "ECONNABORTED",
        [104] = "ECONNRESET",
        [105] = "ENOBUFS",
        [106] = "EISCONN",
        [107] = "ENOTCONN",
        [110] = "ETIMEDOUT",
        [111] = "ECONNREFUSED",
        [113] = "EHOSTUNREACH",
        [114] = "EALREADY",
        [115] = "EINPROGRESS",
    };

    public static string Find(int number) => Names.GetValueOrDefault(number) ?? $"errno {number}";
}
