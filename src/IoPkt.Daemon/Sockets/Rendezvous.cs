using IoPkt.Daemon.Hosting;
using IoPkt.Daemon.Sockets.Native;
using IoPkt.Daemon.Threads;
using IoPkt.Stack;
using IoPkt.Wire.Sockets;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>The entry of one address family, where clients connect: <c>/dev/socket/2</c> under the prefix.</summary>
internal sealed class Rendezvous : IPollHandler, IPendingWork
{
    /// <summary>The kernel's queue of connections that we haven't accepted; it's cut to <c>net.core.somaxconn</c>.</summary>
    private const int Backlog = 4096;

    /// <summary>Connections accepted in one batch.</summary>
    private const int Share = 64;

    private readonly ServiceRuntime _runtime;
    private readonly AddressFamily _family;
    private readonly RequestHandler _requests;
    private readonly Descriptor _listener;
    private readonly HashSet<ControlConnection> _connections = [];
    private readonly PollRegistration _registration;
    private bool _isClosed;

    /// <exception cref="StartupException">The entry can't be made.</exception>
    public Rendezvous(ServiceRuntime runtime, AddressFamily family, RequestHandler requests)
    {
        _runtime = runtime;
        _family = family;
        _requests = requests;
        Path = WireFormat.EntryPath(runtime.Prefix, (int)family);
        _listener = Bind(runtime.Logger, Path);
        _registration = runtime.Poller.Add(_listener.Value, this);
        runtime.Logger.Serving(Path);
    }

    public string Path { get; }

    bool IPendingWork.IsQueued { get; set; }

    public void OnReady(PollEvents events) => _runtime.Work.Add(this);

    public bool Run()
    {
        for (int count = 0; count < Share && !_isClosed; count++)
        {
            Descriptor connection = UnixSocket.Accept(_listener, out Errno error);
            if (connection.IsInvalid)
            {
                // Out of descriptors: no event says when there's one again. Whatever else is one client's failure, and the next may be there.
                if (error is Errno.TooManyFiles or Errno.FileTableOverflow or Errno.NoBuffers or Errno.OutOfMemory)
                    _runtime.WaitForDescriptors(this, error);
                if (error == Errno.ConnectionAborted)
                    continue;
                return false;
            }
            Welcome(connection);
        }
        return !_isClosed;
    }

    /// <summary>One connection failed; the entry itself must stay, and the next event finds it.</summary>
    public void GiveUp()
    {
    }

    public void Close()
    {
        _isClosed = true;
        _runtime.Poller.Remove(_registration);
        _listener.Dispose();
        foreach (ControlConnection connection in _connections.ToArray())
            connection.Close();
    }

    internal void Forget(ControlConnection connection)
    {
        if (_connections.Remove(connection))
            _runtime.ConnectionCount--;
    }

    private void Welcome(Descriptor connection)
    {
        if (!UnixSocket.TryGetPeer(connection, out PeerCredentials peer))
        {
            connection.Dispose();
            return;
        }
        Management.ClientCredentials who = _runtime.Access.Describe(peer);
        if (!_runtime.HasRoomFor(who))
        {
            _runtime.Counters.Exhausted.Increment();
            connection.Dispose();
            return;
        }
        _runtime.Counters.Connections.Increment();
        ControlConnection welcomed = new(_runtime, this, connection, who, _family, _requests);
        _connections.Add(welcomed);
        _runtime.ConnectionCount++;
        welcomed.Open();
    }

    /// <summary>A dead daemon's entry is replaced: whoever starts a daemon has made sure that there's no living one.</summary>
    private static Descriptor Bind(ILogger logger, string path)
    {
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
                logger.StaleReplaced(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{path}: can't replace the old entry: {e.Message}", e);
        }
        Errno error = UnixSocket.Listen(path, Backlog, out Descriptor listener);
        if (error != Errno.None)
            throw new StartupException($"{path}: can't listen there: {error}");
        // Everybody may connect, whatever the umask: what a client may do is checked by its credentials.
        const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(path, everybody);
        return listener;
    }
}
