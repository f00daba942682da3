namespace IoPkt.Stack;

/// <summary>An address and a port.</summary>
public readonly record struct InetEndpoint(InetAddress Address, ushort Port)
{
    public static InetEndpoint Any(AddressFamily family) => new(InetAddress.Any(family), 0);

    public override string ToString() => Address.IsIpv4 ? $"{Address}:{Port}" : $"[{Address}]:{Port}";
}
