using System.Numerics;

namespace IoPkt.Stack;

/// <summary>
/// The flows that the fast path knows: NetBSD's <c>ipflow</c>. Written in the stack context, read by packet threads at the same time.
/// </summary>
/// <remarks>
/// <para><em>Concurrency.</em> A flow is immutable, and a place in the table is one reference: a reader sees a flow whole or not at all. Whether it still holds is told by
/// two numbers that change with the routing table and with the neighbours. A reader that is in the middle of a packet when they change sends that one the old way,
/// as it would have a microsecond earlier.</para>
/// <para>A flow lives for a few seconds however much it's used. Its next packet takes the slow path, which counts the route and the neighbour as in use and has the latter
/// confirmed, and enters the flow again: so nothing that the fast path skips grows stale.</para>
/// </remarks>
internal sealed class Ipv4FlowCache
{
    /// <summary>Places that one flow may have.</summary>
    private const int Ways = 4;

    private const long TickInterval = 1_000_000;

    /// <summary>In ticks.</summary>
    private const long Lifetime = 3;

    private readonly Ipv4Protocol _ip;
    private readonly StackTimer _timer;
    private readonly uint _seed;
    private volatile Ipv4Flow?[] _places = [];
    private long _generation;
    private long _tick;
    private volatile int _count;

    public Ipv4FlowCache(NetworkStack stack, Ipv4Protocol ip)
    {
        _ip = ip;
        _timer = new StackTimer(stack.Timers, Age);
        _seed = (uint)stack.Random.Next();
    }

    public int Count => _count;

    /// <summary>Those that are still true, for people to look at.</summary>
    public IEnumerable<ForwardedFlow> All => _places.OfType<Ipv4Flow>().Where(IsTrue).Select(f => new ForwardedFlow(
        f.Receiver, InetAddress.FromIpv4(f.Source), InetAddress.FromIpv4(f.Destination), f.Output, MacAddress.Read(f.Header), f.Mtu,
        TimeSpan.FromMicroseconds((Lifetime - (_tick - f.Age)) * TickInterval)));

    /// <summary>On any thread: the flow of such a packet, if it's known and still true.</summary>
    public Ipv4Flow? Find(NetworkInterface receiver, uint source, uint destination)
    {
        Ipv4Flow?[] places = _places;
        if (places.Length == 0)
            return null;
        int first = Place(places, source, destination);
        for (int way = 0; way < Ways; way++)
        {
            if (Volatile.Read(ref places[first + way]) is { } flow && flow.Matches(receiver, source, destination))
                return IsTrue(flow) ? flow : null;
        }
        return null;
    }

    /// <summary>Remembers how a packet is leaving. When all places are taken by flows that are still true, the newcomer stays on the slow path.</summary>
    public void Add(NetworkInterface receiver, in InetAddress source, in InetAddress destination, RouteCache route)
    {
        NetworkInterface output = route.Interface!;
        Ipv4Flow?[] places = Resize();
        if (places.Length == 0)
            return;
        int first = Place(places, source.Ipv4, destination.Ipv4), free = -1;
        for (int way = 0; way < Ways; way++)
        {
            Ipv4Flow? there = places[first + way];
            bool same = there is not null && there.Matches(receiver, source.Ipv4, destination.Ipv4);
            if (same && IsTrue(there!))
                return;
            if (same || (free < 0 && (there is null || !IsTrue(there))))
                free = first + way;
            if (same)
                break;
        }
        if (free < 0)
            return;
        byte[] header = new byte[output.Link.HeaderLength];
        if (!output.Link.TryGetHeader(EtherTypes.Ipv4, route.NextHop, header))
            return;
        if (places[free] is null)
            _count++;
        Volatile.Write(ref places[free], new Ipv4Flow(receiver, source.Ipv4, destination.Ipv4, output, header, output.Mtu, _ip.Routes.Generation, _generation, _tick));
        if (!_timer.IsArmed)
            _timer.ArmAfter(TickInterval);
    }

    /// <summary>A neighbour is reached by another link address, or not at all.</summary>
    public void Invalidate() => Volatile.Write(ref _generation, _generation + 1);

    private bool IsTrue(Ipv4Flow flow) => flow.RouteGeneration == _ip.Routes.Generation && flow.NeighborGeneration == Volatile.Read(ref _generation);

    private int Place(Ipv4Flow?[] places, uint source, uint destination)
    {
        ulong mixed = ((ulong)(source ^ _seed) << 32 | destination) * 0x9e3779b97f4a7c15;
        return (int)(mixed >> 33) & (places.Length - 1) & ~(Ways - 1);
    }

    /// <summary><c>net.inet.ip.maxflows</c> may have changed.</summary>
    private Ipv4Flow?[] Resize()
    {
        Ipv4Flow?[] places = _places;
        int wanted = _ip.Settings.MaximumFlows <= 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Ways, _ip.Settings.MaximumFlows));
        if (places.Length != wanted)
        {
            _places = places = new Ipv4Flow?[wanted];
            _count = 0;
        }
        return places;
    }

    private void Age()
    {
        _tick++;
        Ipv4Flow?[] places = _places;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] is not { } flow || _tick - flow.Age < Lifetime)
                continue;
            Volatile.Write(ref places[i], null);
            _count--;
        }
        if (_count > 0)
            _timer.ArmAfter(TickInterval);
    }
}
