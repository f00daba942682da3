using System.Runtime.InteropServices;

namespace IoPkt.Stack;

/// <summary>The IPv4 groups that this host has joined, an interface each, with the number of sockets that want them.</summary>
internal sealed class MulticastGroups
{
    private readonly Dictionary<(int Interface, uint Group), int> _members = [];

    /// <summary>Of 224.0.0.1 always (RFC 1112, section 4).</summary>
    public bool IsMember(NetworkInterface member, in InetAddress group) =>
        group.Ipv4 == IgmpAddress.AllSystems || _members.ContainsKey((member.Index, group.Ipv4));

    /// <summary>Whether any interface is a member.</summary>
    public bool IsMember(in InetAddress group)
    {
        foreach ((int _, uint joined) in _members.Keys)
        {
            if (joined == group.Ipv4)
                return true;
        }
        return group.Ipv4 == IgmpAddress.AllSystems;
    }

    /// <returns>Whether the interface is a member now and wasn't before.</returns>
    public bool Join(NetworkInterface member, in InetAddress group)
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_members, (member.Index, group.Ipv4), out _);
        return ++count == 1;
    }

    /// <returns>Whether it was the last socket's membership; <c>null</c>: there was none.</returns>
    public bool? Leave(NetworkInterface member, in InetAddress group)
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(_members, (member.Index, group.Ipv4));
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
            return null;
        if (--count > 0)
            return false;
        _members.Remove((member.Index, group.Ipv4));
        return true;
    }

    public IEnumerable<InetAddress> Of(NetworkInterface member)
    {
        foreach ((int index, uint group) in _members.Keys)
        {
            if (index == member.Index)
                yield return InetAddress.FromIpv4(group);
        }
    }

    public void RemoveInterface(NetworkInterface removed)
    {
        foreach ((int Interface, uint Group) key in _members.Keys.Where(k => k.Interface == removed.Index).ToArray())
            _members.Remove(key);
    }
}
