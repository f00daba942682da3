using IoPkt.Wire.Management;

namespace IoPkt.Tools.Sysctl;

/// <summary>Values as NetBSD's sysctl prints them.</summary>
/// <param name="output">Where to.</param>
/// <param name="valuesOnly"><c>-n</c></param>
/// <param name="descriptions"><c>-d</c></param>
/// <param name="types"><c>-t</c></param>
internal sealed class SettingPrinter(TextWriter output, bool valuesOnly, bool descriptions, bool types)
{
    public async Task PrintAsync(IReadOnlyList<SettingInfo> settings)
    {
        foreach (SettingInfo setting in settings)
            await output.WriteAsync(Format(setting)).ConfigureAwait(false);
    }

    public Task PrintAsync(SettingChanged changed) => output.WriteAsync(
        valuesOnly ? $"{changed.Setting.Value}\n" : $"{changed.Setting.Name}: {changed.Previous} -> {changed.Setting.Value}\n");

    private string Format(SettingInfo setting)
    {
        if (descriptions)
            return valuesOnly ? $"{setting.Description}\n" : $"{setting.Name}: {setting.Description}{(setting.IsWritable ? "" : " (read-only)")}\n";
        if (types)
            return valuesOnly ? $"{setting.Type}\n" : $"{setting.Name}: {setting.Type}\n";
        return valuesOnly ? $"{setting.Value}\n" : $"{setting.Name} = {setting.Value}\n";
    }
}
