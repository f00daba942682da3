namespace IoPkt.Daemon.Modules;

/// <summary>What the files of modules are called, by kind.</summary>
internal static class ModuleNaming
{
    public const string Driver = "devnp-";

    /// <summary>Drivers in io-net's manner, which run over <see cref="Shim"/>.</summary>
    public const string LegacyDriver = "devn-";

    public const string Protocol = "lsm-";

    public const string Shim = "devnp-shim";

    /// <summary>A present driver where there is one, or else a legacy one.</summary>
    public static readonly string[] Drivers = [Driver, LegacyDriver];

    public static readonly string[] Protocols = [Protocol];
}
