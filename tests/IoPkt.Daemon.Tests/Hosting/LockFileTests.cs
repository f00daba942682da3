using IoPkt.Daemon.Hosting;

namespace IoPkt.Daemon.Tests.Hosting;

public sealed class LockFileTests
{
    [Fact]
    public void A_folder_that_somebody_has_deleted_needs_no_cleaning()
    {
        string folder = Directory.CreateTempSubdirectory("io-pkt-").FullName;
        LockFile taken = LockFile.TryTake(Path.Combine(folder, "lock"), "process 1", out _)!;
        Directory.Delete(folder, recursive: true);
        taken.Dispose();
        Assert.False(Directory.Exists(folder));
    }
}
