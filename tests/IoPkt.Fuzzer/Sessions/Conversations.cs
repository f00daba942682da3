namespace IoPkt.Fuzzer.Sessions;

/// <summary>Those of a session: half of them with the stack's listening socket, half with sockets that connect.</summary>
internal sealed class Conversations
{
    private const int Count = 8;

    private readonly Conversation[] _all = [.. Enumerable.Range(0, Count).Select(n => new Conversation(FuzzedHost.ListeningPort, (ushort)(40_000 + n)))];

    public Conversation Any(Random random) => _all[random.Next(Count)];

    public Conversation? ByPort(ushort remotePort) => remotePort - 40_000 is >= 0 and < Count and int n ? _all[n] : null;

    public IEnumerable<Conversation> All => _all;
}
