using System.Security.Cryptography;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>A file of incompressible bytes and its hash, to send and compare.</summary>
internal sealed record RandomFile(string Path, string Hash)
{
    public static RandomFile Create(DirectoryInfo folder, string name, long size)
    {
        string path = System.IO.Path.Combine(folder.FullName, name);
        using FileStream file = File.Create(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 20];
        Random random = new(1);
        for (long left = size; left > 0; left -= block.Length)
        {
            random.NextBytes(block);
            ReadOnlySpan<byte> part = block.AsSpan(0, (int)Math.Min(left, block.Length));
            file.Write(part);
            hash.AppendData(part);
        }
        return new RandomFile(path, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
