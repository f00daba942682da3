using System.Security.Cryptography;

namespace IoPkt.Quickstart;

/// <summary>A file of incompressible bytes, and its SHA-256.</summary>
internal sealed record RandomFile(string Path, long Size, string Hash)
{
    public static RandomFile Create(string path, long size)
    {
        using FileStream file = File.Create(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 20];
        for (long written = 0; written < size; written += block.Length)
        {
            Random.Shared.NextBytes(block);
            file.Write(block);
            hash.AppendData(block);
        }
        return new RandomFile(path, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
