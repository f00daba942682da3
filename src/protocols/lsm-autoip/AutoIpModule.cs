[assembly: IoPkt.ProtocolModule(typeof(IoPkt.Protocols.AutoIp.AutoIpModule))]

namespace IoPkt.Protocols.AutoIp;

/// <summary>Gives an interface an IPv4 link-local address (RFC 3927), chosen and defended by itself: hosts on one link can talk without anybody having configured them.</summary>
public sealed class AutoIpModule : IProtocolModule
{
    public IReadOnlyList<ModuleOption> Options => AutoIpOptions.Known;

    public IProtocol Create(ProtocolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new AutoIp(context.Stack, new AutoIpOptions(context.Options), context.Logger);
    }
}
