namespace IoPkt.Packetdrill.Native;

/// <summary>
/// What a command of another system would say of the host, for scripts whose commands ask: those run in a shell, where a command of ours reads the file. It's written anew
/// when something has changed.
/// </summary>
internal sealed class StateFile(string path, Func<string> describe)
{
    private string _written = "";

    /// <summary>Set when something has happened on the host.</summary>
    public bool IsStale { get; set; } = true;

    public void Refresh()
    {
        if (!IsStale)
            return;
        IsStale = false;
        string text = describe();
        if (text == _written)
            return;
        File.WriteAllText(path, text);
        _written = text;
    }
}
