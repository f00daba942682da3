using System.Text;
using IoPkt.Fuzzer.Sessions;

namespace IoPkt.Fuzzer.Clients;

/// <summary>
/// One socket service, clients that say what they like, and one that keeps to the wire format, who must notice nothing. Then everybody leaves, and nothing may remain.
/// </summary>
/// <param name="seed">Of all choices.</param>
/// <param name="pool">Empty; it's empty again after <see cref="Run"/>, if nothing failed.</param>
internal sealed class ClientSession(int seed, MbufPool pool) : IFuzzingSession
{
    private const int WildClients = 3;
    private const int Remembered = 16;

    /// <summary>The service's reader keeps a large cluster at hand, which is an mbuf, too.</summary>
    private const int Kept = 2;

    private readonly Random _random = new(seed);
    private readonly Queue<byte[]> _last = new();

    public long Inputs { get; private set; }

    public long Answers { get; private set; }

    public string? Run()
    {
        try
        {
            using ServiceHost host = new(seed, pool);
            WildClient[] wild = [.. Enumerable.Range(0, WildClients).Select(_ => new WildClient(host, _random))];
            using (HonestClient honest = new(host))
            {
                honest.Start();
                while (Inputs < Session.MostInputs)
                    Act(host, honest, wild[_random.Next(WildClients)]);
                Array.ForEach(wild, w => w.Dispose());
                honest.Go(_random);
            }
            Answers = wild.Sum(w => w.Replies);
            Leave(host);
            return null;
        }
        catch (Exception e)
        {
            return $"seed {seed}, message {Inputs}: {(e is FuzzingException ? e.Message : e)}";
        }
    }

    public string LastInputs() => _last.Aggregate(new StringBuilder("the last messages' beginnings:\n"), (text, message) => text.AppendLine(Convert.ToHexStringLower(message))).ToString();

    private void Act(ServiceHost host, HonestClient honest, WildClient wild)
    {
        switch (_random.Next(40))
        {
            case 0:
                honest.Go(_random);
                break;
            case 1:
                host.Wait(_random.Next(4) == 0 ? 30_000_000 : _random.Next(300_000));
                break;
            default:
                Inputs++;
                wild.Act();
                if (_last.Count == Remembered)
                    _last.Dequeue();
                _last.Enqueue(wild.Last[..Math.Min(wild.Last.Length, 64)]);
                break;
        }
    }

    private void Leave(ServiceHost host)
    {
        // A connection that the service gave up is closed by another thread, with the descriptors that were on their way through it.
        for (int i = 0; i < 500 && (host.Table.Count > 0 || host.Watched > 1); i++)
        {
            if (i > 0)
                Thread.Sleep(10);
            host.Run();
        }
        for (int i = 0; i < 1000 && (host.Stack.Tcp.Sockets.Any() || Held > Kept); i++)
            host.Wait(60_000_000);
        if (host.Table.Count > 0 || host.Stack.Tcp.Sockets.Any() || Held > Kept || host.Watched > 1)
            throw new FuzzingException($"all clients are gone, and there are {host.Table.Count} sockets, {host.Stack.Tcp.Sockets.Count()} of TCP, {Held} buffers, {host.Watched} descriptors");
        host.Stop();
        if (Held > 0 || host.Watched > 0)
            throw new FuzzingException($"the service is gone, and there are {Held} buffers, {host.Watched} descriptors");
    }

    private long Held => pool.GetStatistics().Kinds.Sum(k => k.InUse);
}
