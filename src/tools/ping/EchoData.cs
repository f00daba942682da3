using System.Security.Cryptography;

namespace IoPkt.Tools.Ping;

/// <summary>The data of every request, and whether an answer brings it back.</summary>
internal sealed class EchoData
{
    private readonly byte[] _data;

    public EchoData(PingOptions options)
    {
        _data = new byte[options.Size];
        if (options.RandomData)
            RandomNumberGenerator.Fill(_data);
        for (int i = 0; i < _data.Length && !options.RandomData; i++)
            _data[i] = options.Pattern is null ? (byte)i : options.Pattern[i % options.Pattern.Length];
    }

    public ReadOnlySpan<byte> Span => _data;

    /// <returns>What is wrong with an answer's data, or <c>null</c>.</returns>
    public string? FindDamage(ReadOnlySpan<byte> returned)
    {
        int same = _data.AsSpan().CommonPrefixLength(returned);
        if (same < Math.Min(returned.Length, _data.Length))
            return $"wrong data byte #{same} should be 0x{_data[same]:x2} but was 0x{returned[same]:x2}";
        return returned.Length == _data.Length ? null : $"{returned.Length} bytes of data came back, and {_data.Length} were sent";
    }
}
