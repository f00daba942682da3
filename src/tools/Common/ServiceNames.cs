using System.Globalization;

namespace IoPkt.Tools;

/// <summary>Names of ports, from services(5).</summary>
public sealed class ServiceNames(string servicesFile = "/etc/services")
{
    private Dictionary<(int Port, string Protocol), string>? _names;

    /// <summary>"http", or "8080" for a port that has no name.</summary>
    public string NameOf(int port, string protocol)
    {
        _names ??= Load(servicesFile);
        return _names.GetValueOrDefault((port, protocol)) ?? port.ToString(CultureInfo.InvariantCulture);
    }

    private static Dictionary<(int Port, string Protocol), string> Load(string path)
    {
        Dictionary<(int, string), string> names = [];
        foreach (string line in HostNames.ReadLines(path))
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[1].Split('/') is not [var port, var protocol])
                continue;
            if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                names.TryAdd((number, protocol), words[0]);
        }
        return names;
    }
}
