using System.Security.Cryptography;
using System.Text;

namespace IoPkt;

/// <summary>
/// A software device's Ethernet address when none is given. It stays the same from start to start, so that neighbours' ARP tables stay right, and differs between machines, network
/// namespaces and devices, so that bridges may join them.
/// </summary>
public static class StationAddress
{
    /// <param name="hostName">The device's name on the host.</param>
    /// <param name="random">Decides on a host without a machine ID.</param>
    public static MacAddress Choose(string hostName, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        string? machine = ReadMachineId();
        if (machine is null)
            return MacAddress.CreateLocal(random);
        string? space = new FileInfo("/proc/self/ns/net").LinkTarget;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"io-pkt station address {machine} {space} {hostName}"), hash);
        // IEEE 802: locally administered, and one station's.
        hash[0] = (byte)(hash[0] & 0xfc | 0x02);
        return MacAddress.Read(hash);
    }

    private static string? ReadMachineId()
    {
        try
        {
            string id = File.ReadAllText("/etc/machine-id").Trim();
            return id.Length > 0 ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
