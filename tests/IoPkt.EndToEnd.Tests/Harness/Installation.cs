using System.Reflection;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>Where the build left what the tests run.</summary>
internal static class Installation
{
    public static string Root { get; } = Metadata("InstallRoot");

    /// <summary>What made it.</summary>
    public static string Script { get; } = Metadata("InstallScript");

    /// <summary>The sources, with the documentation.</summary>
    public static string Repository { get; } = Metadata("Repository");

    public static string Daemon { get; } = Program("io-pkt-v4");

    public static string Sockrun { get; } = Path.Combine(Root, "bin", "sockrun");

    public static string Preload { get; } = Path.Combine(Root, "lib", "libsocket.so");

    public static string Peer { get; } = Metadata("Peer");

    /// <summary>A folder with drivers that misbehave.</summary>
    public static string TestModules { get; } = Metadata("TestModules");

    /// <summary>A program in sbin.</summary>
    public static string Program(string name) => Path.Combine(Root, "sbin", name);

    public static string Tool(string name) => Path.Combine(Root, "bin", name);

    private static string Metadata(string key) => typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
