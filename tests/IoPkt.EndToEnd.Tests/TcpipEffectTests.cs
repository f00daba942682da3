using System.Globalization;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>What the options of <c>-p tcpip</c> do, not only what they're set to.</summary>
public sealed class TcpipEffectTests
{
    /// <summary>Two sockets of one port, one datagram to it: how many of them get it.</summary>
    private const string TwoReceivers = """
        import socket
        def receiver():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            s.bind(("127.0.0.1", 5000))
            s.settimeout(1)
            return s
        receivers = [receiver(), receiver()]
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"one", ("127.0.0.1", 5000))
        count = 0
        for r in receivers:
            try:
                count += len(r.recv(10)) == 3
            except socket.timeout:
                pass
        print(count)
        """;

    /// <summary>So many bytes over lo0, in writes of 128 KiB.</summary>
    private const string ToOneself = """
        import socket, sys, threading
        listener = socket.socket()
        listener.bind(("127.0.0.1", 5001))
        listener.listen()
        sender = socket.create_connection(("127.0.0.1", 5001))
        receiver, _ = listener.accept()
        size = int(sys.argv[1])
        threading.Thread(target=lambda: (sender.sendall(bytes(size)), sender.close())).start()
        received = 0
        while data := receiver.recv(1 << 17):
            received += len(data)
        assert received == size, received
        """;

    /// <summary>Connections to a neighbour that doesn't answer, all at once.</summary>
    private const string ManyConnections = """
        import socket, sys, time
        waiting = [socket.socket() for i in range(int(sys.argv[1]))]
        for s in waiting:
            s.setblocking(False)
            s.connect_ex(("10.1.0.77", 80))
        print("under way", flush=True)
        time.sleep(30)
        """;

    [Theory]
    [InlineData("", @"in use \(256 bytes each; [1-9]\d* cached, 256 allocated", @"\(2048 bytes each; [1-9]\d* cached, 32 allocated")]
    [InlineData(",cache=0", @"\(256 bytes each; 0 cached", @"\(2048 bytes each; 0 cached")]
    [InlineData(",mbuf_cache=0,pkt_cache=0", @"\(256 bytes each; 0 cached", @"\(2048 bytes each; 0 cached")]
    [InlineData(",mbuf_cache=0,pkt_cache=1", @"\(256 bytes each; [0-9] cached", @"\(2048 bytes each; [0-9] cached")]
    [InlineData(",mclbytes=4096", @"\(4096 bytes each; [1-9]\d* cached, 16 allocated", "")]
    [InlineData(",pagesize=1048576", @"\(256 bytes each; [1-9]\d* cached, 4096 allocated", @"\(69632 bytes each; \d+ cached, [0-9] allocated")]
    [InlineData(",pagesize=1048576,bigpage_strict", @"\(2048 bytes each; \d+ cached, 512 allocated", @"\(69632 bytes each; \d+ cached, 15 allocated")]
    public async Task Packet_memory_is_as_it_was_asked_for(string options, string first, string second)
    {
        await using StackUnderTest stack = await StackUnderTest.StartAsync(tcpipOptions: options);
        (await stack.ToolAsync("ping", "-q", "-c", "20", "-i", "0.01", StackUnderTest.KernelAddress)).Succeeded();
        string shown = (await stack.ToolAsync("netstat", "-m")).Succeeded();
        Assert.Matches(first, shown);
        Assert.Matches(second, shown);
    }

    [Fact]
    public async Task En0_is_the_first_ethernet_interface_but_with_enmap()
    {
        await using (RunningDaemon mapped = await RunningDaemon.StartAsync(["-d", "i82544"], ""))
            Assert.StartsWith("wm0: flags=", (await mapped.ToolAsync("ifconfig", "en0")).Succeeded(), StringComparison.Ordinal);
        await using RunningDaemon plain = await RunningDaemon.StartAsync(["-d", "i82544"], ",enmap");
        Outcome none = await plain.ToolAsync("ifconfig", "en0");
        Assert.Equal((1, "ifconfig: en0: no such interface; there are: lo0 wm0\n"), (none.ExitCode, none.Error));
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData(",reuseport_unicast", "2")]
    public async Task A_unicast_datagram_reaches_one_socket_of_its_port_or_with_reuseport_unicast_all(string options, string receivers)
    {
        Requires.Preload();
        Requires.Programs("python3");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], options);
        Assert.Equal(receivers, (await daemon.ToolAsync(Installation.Sockrun, "python3", "-c", TwoReceivers)).Succeeded().Trim());
    }

    /// <summary>As many reads as it takes: at least one for every piece of recv_ctxt bytes, and fewer where it's larger.</summary>
    [Theory]
    [InlineData("", 65536)]
    [InlineData(",recv_ctxt=2048", 2048)]
    [InlineData(",recv_ctxt=1", 65536)]
    public async Task Recv_ctxt_is_what_is_read_of_a_client_at_one_time(string options, int expected)
    {
        const int size = 4 << 20;
        Requires.Preload();
        Requires.Programs("python3");
        await using RunningDaemon daemon = await RunningDaemon.StartAsync([], options);
        Assert.Equal($"qnx.kern.recv_ctxt = {expected}\n", (await daemon.ToolAsync("sysctl", "qnx.kern.recv_ctxt")).Succeeded());
        (await daemon.ToolAsync(Installation.Sockrun, "python3", "-c", ToOneself, $"{size}")).Succeeded();
        string statistics = (await daemon.ToolAsync("netstat", "-s", "-p", "socket")).Succeeded();
        long reads = Counter(" reads of clients' streams"), bytes = Counter(" bytes read from clients' streams");
        Assert.Equal(size, bytes);
        Assert.InRange(reads, size / expected, expected == 2048 ? size : size / 2048 - 1);

        long Counter(string text) =>
            long.Parse(statistics.Split('\n').Single(l => l.EndsWith(text, StringComparison.Ordinal)).Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Without_pseudo_threads_operations_wait_and_the_log_names_the_option()
    {
        Requires.Preload();
        Requires.Programs("python3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync(tcpipOptions: ",threads_min=4,threads_max=6,threads_incr=1");
        Assert.Equal("4", (await stack.ToolAsync("sysctl", "-n", "qnx.threads.supply")).Succeeded().Trim());
        using Command clients = stack.StartOverStack("python3", "-c", ManyConnections, "9");
        await clients.WaitForOutputAsync("under way", TimeSpan.FromSeconds(20));
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string seen = (await stack.ToolAsync("sysctl", "qnx.threads")).Succeeded();
            return (seen.Contains("qnx.threads.supply = 6\n", StringComparison.Ordinal) && !seen.Contains("qnx.threads.exhausted = 0\n", StringComparison.Ordinal), seen);
        });
        string log = (await stack.ToolAsync("sloginfo", "-h", "-s", "3")).Succeeded();
        Assert.Contains("all 6 pseudo-threads for clients' operations are in use, and the next wait for one (see -p tcpip threads_max=; said once)", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stacksize_is_what_the_packet_threads_have_mapped()
    {
        const int size = 3 << 20;
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(["-t3"], $",stacksize={size}");
        Assert.Equal(3, Mappings(daemon).Count(length => length is >= size and < size + (64 << 10)));
        await using RunningDaemon other = await RunningDaemon.StartAsync(["-t3"], "");
        Assert.DoesNotContain(Mappings(other), length => length is >= size and < size + (64 << 10));
    }

    /// <summary>Lengths in bytes.</summary>
    private static List<long> Mappings(RunningDaemon daemon) =>
    [
        .. File.ReadLines($"/proc/{daemon.Process.Id}/maps").Select(line => line.Split(' ')[0].Split('-'))
            .Select(range => long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
    ];
}
