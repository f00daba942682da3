using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IoPkt.Stack;

/// <summary>The interfaces of a stack, in order of their indices.</summary>
public sealed class InterfaceTable
{
    private readonly NetworkStack _stack;
    private readonly List<NetworkInterface> _pending = [];
    private volatile NetworkInterface[] _all = [];
    private IInterfaceObserver[] _observers = [];
    private int _lastIndex;

    internal InterfaceTable(NetworkStack stack) => _stack = stack;

    /// <summary>A snapshot: it may be looked through on any thread.</summary>
    public IReadOnlyList<NetworkInterface> All => _all;

    public void AddObserver(IInterfaceObserver observer) => _observers = [.. _observers, observer];

    public void RemoveObserver(IInterfaceObserver observer) => _observers = [.. _observers.Where(o => o != observer)];

    /// <summary>Adds an interface, down and without addresses.</summary>
    /// <param name="configuration">Name, sizes and output.</param>
    /// <param name="createLink">Makes the link layer of the new interface.</param>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public NetworkInterface Add(InterfaceConfiguration configuration, Func<NetworkInterface, ILinkLayer> createLink)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(createLink);
        if (Contains(configuration.Name))
            throw new InvalidOperationException($"interface {configuration.Name} exists");
        NetworkInterface added = new(_stack, ++_lastIndex, configuration);
        added.Link = createLink(added);
        _all = [.. _all, added];
        Notify(added, InterfaceChange.Added);
        return added;
    }

    /// <summary>Takes an interface away, with its addresses and routes. What it had queued is dropped.</summary>
    public void Remove(NetworkInterface removed)
    {
        ArgumentNullException.ThrowIfNull(removed);
        SetUp(removed, false);
        foreach (InterfaceAddress address in removed.Addresses)
            RemoveAddress(removed, address.Address);
        _all = [.. _all.Where(i => i != removed)];
        foreach (INetworkProtocol network in _stack.Networks)
            network.InterfaceRemoved(removed);
        Notify(removed, InterfaceChange.Removed);
    }

    /// <summary>Whether there's an interface that's really called that.</summary>
    public bool Contains(string name) => Array.Exists(_all, i => i.Name == name);

    /// <summary>
    /// Finds an interface as people name it: where no "en0" exists, that's the first Ethernet interface not itself called enN, in the order in which they were
    /// added; "en1" is the second (<see cref="StackSettings.MapInterfaceNames"/>). The interface's own name stays what it is.
    /// </summary>
    public bool TryFind(string name, [MaybeNullWhen(false)] out NetworkInterface found)
    {
        found = Array.Find(_all, i => i.Name == name);
        if (found is null && _stack.Settings.MapInterfaceNames && IsMapped(name, out int number))
            found = _all.Where(i => i.Link is EthernetLink && !IsMapped(i.Name, out _)).ElementAtOrDefault(number);
        return found is not null;
    }

    public NetworkInterface? Find(int index)
    {
        foreach (NetworkInterface candidate in _all)
        {
            if (candidate.Index == index)
                return candidate;
        }
        return null;
    }

    /// <summary>The interface that has this address.</summary>
    public NetworkInterface? FindOwner(in InetAddress address)
    {
        foreach (NetworkInterface candidate in _all)
        {
            if (candidate.FindAddress(address) is not null)
                return candidate;
        }
        return null;
    }

    public void SetUp(NetworkInterface changed, bool up)
    {
        ArgumentNullException.ThrowIfNull(changed);
        if (up == changed.IsUp)
            return;
        const InterfaceFlags running = InterfaceFlags.Up | InterfaceFlags.Running;
        changed.Flags = up ? changed.Flags | running : changed.Flags & ~running;
        if (!up)
        {
            changed.DropQueued();
            changed.Link.Flush();
        }
        foreach (INetworkProtocol network in _stack.Networks)
            network.InterfaceChanged(changed);
        if (up)
        {
            foreach (InterfaceAddress address in changed.Addresses)
                changed.Link.AddressAdded(address);
        }
        Notify(changed, up ? InterfaceChange.Up : InterfaceChange.Down);
    }

    public void SetMtu(NetworkInterface changed, int mtu)
    {
        ArgumentNullException.ThrowIfNull(changed);
        changed.Mtu = mtu;
        foreach (INetworkProtocol network in _stack.Networks)
            network.InterfaceChanged(changed);
    }

    /// <summary>Adds an address, or replaces the one that's equal but for its prefix; the route to its network comes with it.</summary>
    /// <param name="changed">Whose address it becomes.</param>
    /// <param name="address">The address.</param>
    /// <param name="replaced">One to take away; the new one gets its place in the list, so that an interface's first address stays the first.</param>
    public void AddAddress(NetworkInterface changed, InterfaceAddress address, InterfaceAddress? replaced = null)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(address);
        InterfaceAddress? place = replaced ?? changed.FindAddress(address.Address);
        int index = place is null ? -1 : changed.Addresses.IndexOf(place);
        RemoveAddress(changed, address.Address);
        if (replaced is not null)
            RemoveAddress(changed, replaced.Address);
        int end = changed.Addresses.Length;
        changed.SetAddresses(changed.Addresses.Insert(index < 0 ? end : Math.Min(index, end), address));
        _stack.Network(address.Address.Family)?.AddressAdded(changed, address);
        if (changed.IsUp)
            changed.Link.AddressAdded(address);
        Notify(changed, InterfaceChange.Addresses);
    }

    /// <returns>Whether the interface had it.</returns>
    public bool RemoveAddress(NetworkInterface changed, in InetAddress address)
    {
        ArgumentNullException.ThrowIfNull(changed);
        InterfaceAddress? removed = changed.FindAddress(address);
        if (removed is null)
            return false;
        changed.SetAddresses(changed.Addresses.Remove(removed));
        changed.Link.AddressRemoved(removed);
        _stack.Network(removed.Address.Family)?.AddressRemoved(changed, removed);
        Notify(changed, InterfaceChange.Addresses);
        return true;
    }

    private static bool IsMapped(string name, out int number)
    {
        number = 0;
        return name.StartsWith("en", StringComparison.Ordinal) && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private void Notify(NetworkInterface changed, InterfaceChange change)
    {
        foreach (IInterfaceObserver observer in _observers)
            observer.Changed(changed, change);
    }

    internal void AddPending(NetworkInterface sender) => _pending.Add(sender);

    /// <summary>Hands every queued frame to its interface's output. Loopback may queue more while we go.</summary>
    internal void Flush()
    {
        for (int i = 0; i < _pending.Count; i++)
            _pending[i].Flush();
        _pending.Clear();
    }
}
