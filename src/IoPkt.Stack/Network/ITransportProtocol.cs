namespace IoPkt.Stack;

/// <summary>A protocol above IP: TCP, UDP, ICMP. It doesn't know which IP carries it.</summary>
public interface ITransportProtocol
{
    byte Protocol { get; }

    /// <summary>Takes a received packet, which begins with its network header (contiguous in the first mbuf). Ownership passes.</summary>
    void Input(Mbuf packet, in NetworkHeader header);

    /// <summary>The network reports on a packet that we sent.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="mtu">The path's MTU with <see cref="TransportError.MessageTooBig"/>, else 0.</param>
    /// <param name="source">The packet's source: our end.</param>
    /// <param name="destination">Its destination: the peer.</param>
    /// <param name="quoted">The beginning of its transport header, at least 8 bytes. Don't trust it.</param>
    void ErrorInput(TransportError error, int mtu, in InetAddress source, in InetAddress destination, ReadOnlySpan<byte> quoted);

    /// <summary>The end of a batch: sends what the batch's packets called for. One acknowledgement may answer many segments.</summary>
    void Flush();
}
