namespace IoPkt.Tools.Sysctl;

/// <summary>A file of settings, in the form of <c>/etc/sysctl.conf</c>.</summary>
internal static class SettingsFile
{
    /// <returns>The lines with a name and a value.</returns>
    /// <exception cref="ToolException">It can't be read, or a line says something else.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        if (path.Length == 0)
            throw new UsageException("option -f requires an argument");
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(e.Message);
        }
        List<string> expressions = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0)
                continue;
            if (line.IndexOf('=', StringComparison.Ordinal) <= 0)
                throw new ToolException($"{path}, line {i + 1}: '{line}' is not name=value");
            expressions.Add(line);
        }
        return expressions;
    }
}
