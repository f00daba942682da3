using IoPkt.Daemon.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoPkt.Daemon.Tests.Hosting;

public sealed class GuardianTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("io-pkt test-").FullName;

    [Fact]
    public void Nothing_is_touched_when_all_is_well()
    {
        string file = Path.Combine(_folder, "2");
        File.WriteAllText(file, "");
        Guardian.Start([file], [_folder], "/nonexistent", [], NullLogger.Instance)!.Dispose();
        Assert.True(File.Exists(file));
    }

    /// <summary>A lock that it has a copy of stays taken until it's gone, and then it's free.</summary>
    [Fact]
    public void It_holds_the_locks_that_it_was_given()
    {
        string path = Path.Combine(_folder, "lock");
        LockFile ours = LockFile.TryTake(path, $"process {Environment.ProcessId}", out _)!;
        Guardian guardian = Guardian.Start([], [], "/nonexistent", [ours.Descriptor], NullLogger.Instance)!;
        int before = ours.Descriptor;
        Assert.Null(LockFile.TryTake(path, "", out string owner));
        Assert.Equal($"process {Environment.ProcessId}", owner);
        guardian.Dispose();
        Assert.Equal(before, ours.Descriptor);
        ours.Dispose();
        using LockFile? next = LockFile.TryTake(path, "", out _);
        Assert.NotNull(next);
    }
}
