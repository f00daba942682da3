namespace IoPkt.Stack;

/// <summary>Joining and leaving groups for a socket, which keeps the list: what it joined is left when it closes.</summary>
internal static class GroupMemberships
{
    /// <summary>IP_MAX_MEMBERSHIPS of BSD and Linux alike.</summary>
    private const int Maximum = 20;

    /// <param name="member">The interface; <c>null</c>: the one the route says.</param>
    /// <returns>
    /// <see cref="Errno.Invalid"/> for what isn't a group, <see cref="Errno.NoSuchDevice"/> when no interface can be found, <see cref="Errno.AddressInUse"/> when already joined,
    /// <see cref="Errno.AddressNotAvailable"/> when leaving what wasn't joined, <see cref="Errno.NoBuffers"/> past 20 groups.
    /// </returns>
    public static Errno Set(INetworkProtocol network, List<(NetworkInterface Member, InetAddress Group)> memberships, in InetAddress group, NetworkInterface? member, bool join)
    {
        if (!group.IsMulticast || group.Family != network.Family)
            return Errno.Invalid;
        if (member is null)
        {
            RouteCache route = new();
            if (network.FindRoute(group, null, route) != Errno.None)
                return Errno.NoSuchDevice;
            member = route.Interface!;
        }
        bool joined = memberships.Contains((member, group));
        if (join && joined)
            return Errno.AddressInUse;
        if (!join && !joined)
            return Errno.AddressNotAvailable;
        if (join && memberships.Count >= Maximum)
            return Errno.NoBuffers;
        Errno error = join ? network.JoinGroup(member, group) : network.LeaveGroup(member, group);
        if (join && error == Errno.None)
            memberships.Add((member, group));
        else if (!join)
            memberships.Remove((member, group));
        return error;
    }
}
