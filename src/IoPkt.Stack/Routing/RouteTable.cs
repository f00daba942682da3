namespace IoPkt.Stack;

/// <summary>
/// Routes of one address family; the longest matching prefix wins. Readers on any thread see one immutable version; changes make a new one.
/// </summary>
public sealed class RouteTable
{
    /// <summary>Changes with every change of the table: caches compare it.</summary>
    public long Generation { get; private set; }

    public IReadOnlyList<Route> All => throw new NotImplementedException();

    /// <returns><see cref="Errno.Exists"/> when there's a route to exactly that destination.</returns>
    public Errno Add(Route route) => throw new NotImplementedException();

    /// <returns><see cref="Errno.NoEntry"/>, or none.</returns>
    public Errno Delete(in InetAddress destination, int prefixLength) => throw new NotImplementedException();

    public Route? Find(in InetAddress destination) => throw new NotImplementedException();

    internal void Invalidate() => Generation++;
}
