using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>The least code that can be an end of the traffic on a TAP: <c>native/floor.c</c>.</summary>
internal sealed class FloorContestant(Programs programs, bool offload) : Contestant(programs)
{
    private const string Device = "floor0";

    private Child? _floor;

    public override string Name => offload ? "floor" : "floor-plain";

    public override string Address => "10.9.0.2";

    protected override IReadOnlyList<int> StackProcesses => [_floor!.Id];

    protected override async Task SetUpAsync()
    {
        _floor = Network.Start(null, Programs.Floor, Device, Address, offload ? "1" : "0");
        await _floor.ReadLineAsync("floor").ConfigureAwait(false);
        await Network.ConfigureAsync(Device, "10.9.0.1/24").ConfigureAwait(false);
    }

    protected override Task TearDownAsync()
    {
        _floor?.Dispose();
        return Task.CompletedTask;
    }
}
