using System.Diagnostics;
using System.Globalization;
using IoPkt.Benchmarks.Harness;
using IoPkt.Client;
using IoPkt.Wire.Management;

namespace IoPkt.Benchmarks.Contestants;

/// <summary>One running instance of our stack, with a prefix of its own.</summary>
internal sealed class StackDaemon : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _prefix;
    private readonly Child _process;
    private readonly IoPktClient _client;

    private StackDaemon(string prefix, Child process)
    {
        _prefix = prefix;
        _process = process;
        _client = new IoPktClient(prefix);
    }

    public int Process => _process.Id;

    public IoPktManagement Management => _client.Management;

    /// <summary>What a program needs to find it.</summary>
    public Dictionary<string, string> ClientEnvironment => new() { ["SOCK"] = _prefix };

    /// <param name="programs">Where the modules are.</param>
    /// <param name="network">Where it runs.</param>
    /// <param name="program">The variant, with arguments that come before all others.</param>
    /// <param name="drivers">Each with its options, as <c>-d</c> takes them.</param>
    /// <param name="options">More of <c>-p tcpip</c>'s.</param>
    /// <param name="threads">Packet threads; <c>null</c>: as many as the stack wants.</param>
    public static StackDaemon Start(Programs programs, PrivateNetwork network, string[] program, (string Driver, string Options)[] drivers, string options = "", int? threads = null)
    {
        // A prefix of its own: one that's started to be timed must not be taken for one that runs beside it.
        string prefix = Path.Combine(programs.Folder.FullName, Path.GetRandomFileName());
        Child process = network.Start(new Dictionary<string, string> { ["IOPKT_LIBRARY_PATH"] = Programs.Modules }, [
            .. program, "--foreground",
            .. drivers.SelectMany(d => (string[])["-d", d.Driver, d.Options]),
            "-p", "tcpip", $"prefix={prefix}{options}",
            .. threads is { } count ? (string[])["-t", count.ToString(CultureInfo.InvariantCulture)] : [],
        ]);
        return new StackDaemon(prefix, process);
    }

    /// <summary>Configures an interface as soon as the daemon takes it.</summary>
    public async Task SetAddressAsync(string interfaceName, string address)
    {
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await Management.SetAddressAsync(new AddressSettings { Interface = interfaceName, Address = address, PrefixLength = 24 }).ConfigureAwait(false);
                return;
            }
            catch (IoPktException e)
            {
                if (_process.HasExited || Stopwatch.GetElapsedTime(start) > s_patience)
                    throw new BenchmarkException($"the stack doesn't serve: {e.Message}");
                await Task.Delay(1).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until it's there at all.</summary>
    public async Task WaitForServiceAsync()
    {
        for (long start = Stopwatch.GetTimestamp(); !Path.Exists(Path.Combine(_prefix, "dev", "socket", "2"));)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > s_patience)
                throw new BenchmarkException("the stack doesn't come up");
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    /// <summary>Frames of all its devices, and what it allocated on the managed heap.</summary>
    public async Task<IReadOnlyDictionary<string, double>> CountersAsync()
    {
        IReadOnlyList<InterfaceInfo> devices = await Management.GetInterfacesAsync().ConfigureAwait(false);
        ManagedMemory managed = (await Management.GetMbufsAsync().ConfigureAwait(false)).Managed;
        return new Dictionary<string, double>
        {
            ["frames"] = devices.Sum(d => d.Received.Packets + d.Transmitted.Packets),
            ["allocated"] = managed.AllocatedBytes,
            ["collections"] = managed.Collections,
        };
    }

    /// <summary>Reads and forgets what it prints.</summary>
    public void Discard() => _process.Discard();

    public void Dispose()
    {
        _client.Dispose();
        _process.Dispose();
    }
}
