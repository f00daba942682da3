namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>A descriptor of the script: the host's number for it, and how far its streams have come.</summary>
internal sealed class Descriptor(int number)
{
    public int Number => number;

    public long Written { get; set; }

    public long Read { get; set; }
}
