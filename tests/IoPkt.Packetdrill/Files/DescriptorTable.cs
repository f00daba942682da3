namespace IoPkt.Packetdrill.Files;

/// <summary>The virtual host's descriptors: the lowest free number from 3 on, as a program's would be.</summary>
internal sealed class DescriptorTable
{
    private const int First = 3;

    private readonly SortedDictionary<int, OpenFile> _files = [];

    public IEnumerable<OpenFile> All => _files.Values;

    public int Add(OpenFile file)
    {
        int descriptor = First;
        while (_files.ContainsKey(descriptor))
            descriptor++;
        _files.Add(descriptor, file);
        return descriptor;
    }

    public OpenFile? Find(int descriptor) => _files.GetValueOrDefault(descriptor);

    public bool Remove(int descriptor) => _files.Remove(descriptor);
}
