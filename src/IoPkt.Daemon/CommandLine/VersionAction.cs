using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace IoPkt.Daemon.CommandLine;

/// <summary><c>--version</c>: the program's name and the version.</summary>
internal sealed class VersionAction(string program) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root, string program)
    {
        foreach (Option option in root.Options)
        {
            if (option is VersionOption version)
                version.Action = new VersionAction(program);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        string? version = typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine($"{program} {version?.Split('+')[0]}");
        return 0;
    }
}
