using System.Net.Sockets;

namespace IoPkt.Client.Control;

/// <summary>The daemon's reply to one request.</summary>
/// <param name="Error">Linux's error number, or 0.</param>
/// <param name="Payload">All of it, joined.</param>
/// <param name="Descriptor">The caller's to dispose.</param>
internal readonly record struct ControlReply(int Error, ReadOnlyMemory<byte> Payload, SafeSocketHandle? Descriptor);
