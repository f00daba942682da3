using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>A file that an unmodified curl fetches over the stack from the kernel's side, and sends back.</summary>
internal static class FileTransfer
{
    /// <summary>How long it takes is the machine's affair. A stall is ours: curl gives up when next to nothing has moved for ten seconds.</summary>
    private static readonly string[] s_curl = ["curl", "-sS", "--fail", "--speed-limit", "10000", "--speed-time", "10"];

    public static async Task BothWaysAsync(StackUnderTest stack, long size)
    {
        DirectoryInfo served = stack.Folder.CreateSubdirectory("served");
        RandomFile file = RandomFile.Create(served, "file", size);
        using Command http = stack.StartOverKernel(Installation.Peer, "http", StackUnderTest.KernelAddress, "8000", served.FullName);
        await http.WaitForOutputAsync("serving", TimeSpan.FromSeconds(10));

        string downloaded = Path.Combine(stack.Folder.FullName, "downloaded");
        TimeSpan limit = TimeSpan.FromMinutes(20);
        (await stack.OverStackAsync(limit, [.. s_curl, "-o", downloaded, $"http://{StackUnderTest.KernelAddress}:8000/file"])).Succeeded();
        Assert.Equal(file.Hash, RandomFile.HashOf(downloaded));
        File.Delete(downloaded);

        string answer = (await stack.OverStackAsync(limit, [.. s_curl, "-T", file.Path, $"http://{StackUnderTest.KernelAddress}:8000/upload"])).Succeeded();
        Assert.Equal(file.Hash, answer.Trim());
    }
}
