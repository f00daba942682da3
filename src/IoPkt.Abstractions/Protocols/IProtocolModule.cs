using Microsoft.Extensions.Logging;

namespace IoPkt;

/// <summary>What a protocol module's (<c>lsm-*</c>) entry type implements. One object is made each time the module is asked for, by <c>-p</c> or by mount.</summary>
public interface IProtocolModule
{
    /// <summary>The options that <see cref="Create"/> knows, as a user types them, each with one line of help; the daemon names them when it meets an unknown one.</summary>
    IReadOnlyList<ModuleOption> Options { get; }

    /// <summary>Reads the options and makes the protocol. It may block, and it never runs in the stack context: it must not touch the stack yet.</summary>
    /// <exception cref="ModuleException">Nothing was made; the message is for the user, and says what to do.</exception>
    IProtocol Create(ProtocolContext context);
}

/// <summary>
/// A running protocol. Everything of it runs in the stack context — these methods and whatever it has called back by the stack — so it needs no locks, and must never block.
/// </summary>
/// <remarks>An exception from any of it stops and unloads the protocol, with a log entry, and nothing else.</remarks>
public interface IProtocol
{
    /// <summary>The stack may be used from now on.</summary>
    /// <exception cref="ModuleException">It can't run as its options ask; the message is for the user.</exception>
    void Start();

    /// <summary>
    /// The last call. Listeners, timers, addresses and routes that it had from the stack are taken away afterwards; what else it has, threads above all, must be gone on return.
    /// </summary>
    void Stop();
}

/// <summary>What a protocol is given.</summary>
public sealed class ProtocolContext
{
    public required ModuleOptions Options { get; init; }

    /// <summary>The stack it's part of, from <see cref="IProtocol.Start"/> on.</summary>
    public required IProtocolStack Stack { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>The number of <c>-i</c>.</summary>
    public int Instance { get; init; }
}
