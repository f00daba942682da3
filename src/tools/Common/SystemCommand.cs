using System.Runtime.InteropServices;

namespace IoPkt.Tools;

/// <summary>The host's program of the same name as one of our tools, for what isn't ours to do.</summary>
public static partial class SystemCommand
{
    private static readonly string[] s_usualFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Becomes the host's program: it gets our arguments, our terminal and our process.</summary>
    /// <exception cref="ToolException">There is none, or it can't be run.</exception>
    public static int Become(string name, IReadOnlyList<string> arguments)
    {
        string program = Find(name) ?? throw new ToolException($"the system has no {name}", 127);
        string?[] vector = [program, .. arguments, null];
        Execute(program, vector);
        throw new ToolException($"{program}: {Marshal.GetLastPInvokeErrorMessage()}", 126);
    }

    /// <summary>The first on the path that isn't ourselves.</summary>
    private static string? Find(string name)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(s_usualFolders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(file => File.Exists(file) && !IsOurs(file));
    }

    private static bool IsOurs(string file)
    {
        string resolved = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        return Path.GetDirectoryName(resolved) == Path.GetDirectoryName(Environment.ProcessPath);
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string program, string?[] arguments);
}
