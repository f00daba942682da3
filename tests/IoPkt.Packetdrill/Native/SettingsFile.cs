using IoPkt.Packetdrill.Host;

namespace IoPkt.Packetdrill.Native;

/// <summary>
/// Settings that a script's commands make: packetdrill runs those in a shell, where a <c>sysctl</c> of ours appends <c>name=value</c> lines to a file. It's looked at before each call.
/// </summary>
internal sealed class SettingsFile(string path, HostSettings settings)
{
    private long _read;

    public void Refresh()
    {
        FileInfo file = new(path);
        if (!file.Exists || file.Length <= _read)
            return;
        using FileStream stream = file.OpenRead();
        stream.Position = _read;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (settings.Apply(line) is { } problem)
                Console.Error.WriteLine($"sysctl: {problem}");
        }
        _read = file.Length;
    }
}
