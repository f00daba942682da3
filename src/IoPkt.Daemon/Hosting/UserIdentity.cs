using System.Globalization;

namespace IoPkt.Daemon.Hosting;

/// <summary>The user of <c>-U</c>.</summary>
/// <param name="User">uid</param>
/// <param name="Group">gid</param>
internal readonly record struct UserIdentity(uint User, uint Group)
{
    /// <summary>Takes <c>uid[:gid]</c> apart: numbers, or names of the host's. Without a group it's the user's own.</summary>
    /// <exception cref="CommandLine.CommandLineException">There's no such user or group.</exception>
    public static UserIdentity Parse(string text, string passwords = "/etc/passwd", string groups = "/etc/group")
    {
        string[] parts = text.Split(':', 2);
        string[]? entry = FindEntry(passwords, parts[0], 7);
        uint user = Number(parts[0]) ?? Number(entry?[2]) ?? throw new CommandLine.CommandLineException($"option -U {text}: there's no user {parts[0]}");
        if (parts.Length == 1)
            return new UserIdentity(user, Number(entry?[3]) ?? user);
        uint group = Number(parts[1]) ?? Number(FindEntry(groups, parts[1], 4)?[2])
            ?? throw new CommandLine.CommandLineException($"option -U {text}: there's no group {parts[1]}");
        return new UserIdentity(user, group);
    }

    /// <summary>The line of a name, or of a number, in a file of the form of passwd(5).</summary>
    private static string[]? FindEntry(string path, string name, int fields) => File.Exists(path)
        ? File.ReadLines(path).Select(l => l.Split(':')).FirstOrDefault(f => f.Length >= fields && (f[0] == name || f[2] == name))
        : null;

    private static uint? Number(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue ? number : null;
}
