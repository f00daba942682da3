using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>Urgent data between a program over a stack and one over the kernel, which both think that they're at home.</summary>
public sealed class UrgentDataTests
{
    /// <summary>Sends some, one urgent byte and some more, and tells what it receives of the same from the other: before the mark, at it, and after it.</summary>
    private const string Program = """
        import fcntl, select, socket, struct, sys
        isServer, address = sys.argv[1] == "server", sys.argv[2]
        if isServer:
            listener = socket.create_server((address, 7100))
            print("listening", flush=True)
            s = listener.accept()[0]
        else:
            s = socket.create_connection((address, 7100))
        s.settimeout(20)
        s.sendall(b"before" if isServer else b"vorher")
        assert s.send(b"!" if isServer else b"?", socket.MSG_OOB) == 1
        s.sendall(b"after." if isServer else b"danach")
        # Programs of the ftp and telnet kind: urgent data show as an exceptional condition, and reading stops at the mark.
        assert select.select([], [], [s], 20)[2] == [s], "no exceptional condition"
        before = b""
        while struct.unpack("i", fcntl.ioctl(s, 0x8905, bytes(4)))[0] == 0:
            before += s.recv(100)
        urgent = s.recv(1, socket.MSG_OOB)
        after = b""
        while len(after) < 6:
            after += s.recv(100)
        print(before.decode(), urgent.decode(), after.decode(), flush=True)
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_ends_find_the_urgent_byte_at_its_mark(bool isServerOverStack)
    {
        Requires.Preload();
        Requires.Programs("python3");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string address = isServerOverStack ? StackUnderTest.StackAddress : StackUnderTest.KernelAddress;
        string[] listening = ["python3", "-c", Program, "server", address], calling = ["python3", "-c", Program, "client", address];
        using Command server = isServerOverStack ? stack.StartOverStack(listening) : stack.StartOverKernel(listening);
        await server.WaitForOutputAsync("listening", TimeSpan.FromSeconds(20));
        Outcome client = isServerOverStack ? await stack.OverKernelAsync(calling) : await stack.OverStackAsync(calling);
        Assert.Equal("before ! after.\n", client.Succeeded());
        Assert.EndsWith("vorher ? danach\n", (await server.WaitAsync(TimeSpan.FromSeconds(20))).Succeeded(), StringComparison.Ordinal);
        string counters = (await stack.ToolAsync("netstat", "-s", "-p", "tcp")).Succeeded();
        Assert.Matches("[1-9][0-9]* packets? received with urgent data", counters);
    }
}
