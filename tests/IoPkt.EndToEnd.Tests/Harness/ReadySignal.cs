using System.Net.Sockets;
using System.Text;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>The place where a service says READY=1, as it does under systemd (sd_notify(3)): clients are served, and the modules of its command line are loaded.</summary>
internal sealed class ReadySignal : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string _path;

    public ReadySignal(DirectoryInfo folder)
    {
        _path = Path.Combine(folder.FullName, "notify");
        File.Delete(_path);
        _socket.Bind(new UnixDomainSocketEndPoint(_path));
    }

    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = _path };

    public async Task WaitAsync(Command service, TimeSpan limit)
    {
        byte[] message = new byte[256];
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(limit);
        Task<int> received = _socket.ReceiveAsync(message, patience.Token).AsTask();
        while (await Task.WhenAny(received, Task.Delay(20, TestContext.Current.CancellationToken)) != received)
            Assert.False(service.HasExited, $"it ended: {service.Error}");
        Assert.False(received.IsCanceled, $"not ready in {limit.TotalSeconds} s: {service.Error}");
        Assert.StartsWith("READY=1", Encoding.ASCII.GetString(message, 0, await received), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(_path);
    }
}
