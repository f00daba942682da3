namespace IoPkt.Stack;

/// <summary>Where an interface's finished frames go: a device's queue in the daemon, a simulated link in a test.</summary>
public interface IInterfaceOutput
{
    /// <summary>Takes all frames, in order, and leaves the queue empty. Called in the stack context at the end of each batch, so it must not block.</summary>
    void Transmit(ref MbufQueue frames);

    /// <summary>
    /// Takes frames that a layer 2 path passes on, on any thread and on several at once, and leaves the queue empty. An output that has only one thread needs nothing of its own.
    /// </summary>
    void Forward(ref MbufQueue frames) => Transmit(ref frames);

    /// <summary>Which thread receives the packets of a flow of ours, where several do: whoever serves its socket does well to be there, too. −1: it makes no difference.</summary>
    int Affinity(in InetEndpoint local, in InetEndpoint remote, byte protocol) => -1;
}
