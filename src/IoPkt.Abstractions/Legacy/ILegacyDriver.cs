using Microsoft.Extensions.Logging;

namespace IoPkt.Legacy;

/// <summary>
/// What the entry type of a driver in io-net's manner implements. Such a driver registers its interfaces itself, has threads of its own, and passes packets as
/// <see cref="Npkt"/>s. New drivers implement <see cref="IDriver"/>, which is faster.
/// </summary>
/// <remarks><see cref="IDisposable.Dispose"/> is the end: when it returns, the driver's threads are gone, it makes no calls any more, and the packets that it held have gone back.</remarks>
public interface ILegacyDriver : IDisposable
{
    /// <summary>The options that it knows, as a user types them, each with one line of help.</summary>
    IReadOnlyList<ModuleOption> Options { get; }

    /// <summary>Finds what its options name, registers an interface for each with <see cref="LegacyDriverContext.IoNet"/>, and starts its threads. It may block.</summary>
    /// <exception cref="ModuleException">It can't; the message is for the user.</exception>
    void Initialize(LegacyDriverContext context);
}

/// <summary>What a legacy driver is given.</summary>
public sealed class LegacyDriverContext
{
    public required ModuleOptions Options { get; init; }

    public required IIoNet IoNet { get; init; }

    public required ILogger Logger { get; init; }

    public required Random Random { get; init; }
}

/// <summary>io-net, as a driver sees it. Any thread may call any method.</summary>
public interface IIoNet
{
    /// <summary>Adds an interface.</summary>
    /// <returns>Its number, to be named in later calls.</returns>
    int Register(ILegacyInterface registrant);

    /// <summary>An empty packet in one piece, with room for <paramref name="size"/> bytes.</summary>
    /// <returns><c>null</c>: there's no memory, which is counted as a packet lost in receive.</returns>
    Npkt? Allocate(int interfaceNumber, int size);

    /// <summary>The up queue: a frame that the interface has received, from its Ethernet header on. Ownership passes.</summary>
    void SendUp(int interfaceNumber, Npkt packet);

    /// <summary>Gives a packet back: one that came down, when it has been sent or dropped, or an allocated one that isn't needed.</summary>
    void Done(Npkt packet);
}

/// <summary>An interface that a legacy driver has registered.</summary>
public interface ILegacyInterface
{
    MacAddress Address { get; }

    /// <summary>Bytes of the largest payload of a frame.</summary>
    int Mtu { get; }

    LinkState LinkState { get; }

    /// <summary>One line for "media:" in ifconfig.</summary>
    string Media { get; }

    /// <summary>The interface goes up: what it receives may be sent up from now on.</summary>
    void Open();

    /// <summary>The interface goes down: nothing is sent up after this returns.</summary>
    void Close();

    /// <summary>
    /// The down queue: a frame to be sent, with its checksums complete. Called by io-net's thread for this interface, one frame at a time; it may block, and the queue fills meanwhile. Ownership passes: the driver gives it
    /// back with <see cref="IIoNet.Done"/>.
    /// </summary>
    /// <returns>Whether the frame was sent; <c>false</c> counts an error.</returns>
    bool SendDown(Npkt packet);
}

/// <summary>What makes a driver of the present kind out of a legacy one: the entry type of <c>devnp-shim</c>.</summary>
public interface ILegacyDriverAdapter
{
    /// <param name="legacy">Made, and not yet initialized.</param>
    IDriver Adapt(ILegacyDriver legacy);
}
