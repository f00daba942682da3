namespace IoPkt.Stack;

/// <summary>What <c>sysctl net.inet.igmp</c> shows and sets, for one stack.</summary>
public sealed class IgmpSettings
{
    /// <summary><c>default_version</c>: spoken where no querier of an older one is heard.</summary>
    public int DefaultVersion { get; set; } = 3;

    internal void AddTo(SysctlTree tree) => tree.Group("net.inet.igmp").Number(
        "default_version", "The version spoken where no older querier is heard, 1 to 3", () => DefaultVersion, v => DefaultVersion = v, 1, 3);
}
