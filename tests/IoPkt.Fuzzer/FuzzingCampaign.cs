using IoPkt.Fuzzer.Clients;
using IoPkt.Fuzzer.Sessions;

namespace IoPkt.Fuzzer;

/// <summary>Many sessions on several threads, until one fails.</summary>
internal sealed class FuzzingCampaign(SeedRange seeds, Target target, int jobs)
{
    private long _next = seeds.First;
    private long _sessions;
    private long _inputs;
    private long _answers;
    private string? _failure;

    public long Sessions => Interlocked.Read(ref _sessions);

    public long Inputs => Interlocked.Read(ref _inputs);

    /// <summary>What has come back.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>What went wrong first, how to see it again, and the last inputs before it.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    public void Run()
    {
        Thread[] threads = [.. Enumerable.Range(0, jobs).Select(n => new Thread(Work) { Name = $"job {n}" })];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
    }

    private void Work()
    {
        using MbufPool pool = new(new MbufPoolOptions { MaximumBytes = FuzzedHost.PoolBytes });
        for (long seed; Failure is null && (seed = Interlocked.Increment(ref _next) - 1) < seeds.End;)
        {
            IFuzzingSession session = target == Target.Client ? new ClientSession((int)seed, pool) : new Session((int)seed, target, pool);
            string? failure = session.Run();
            Interlocked.Increment(ref _sessions);
            Interlocked.Add(ref _inputs, session.Inputs);
            Interlocked.Add(ref _answers, session.Answers);
            if (failure is not null)
                Interlocked.CompareExchange(ref _failure, $"{failure}\nagain: fuzzer --seeds {seed} --target {target}\n{session.LastInputs()}", null);
        }
    }
}
