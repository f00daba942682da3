namespace IoPkt.Samples;

/// <summary>Options that several cards have.</summary>
internal static class CardOptions
{
    /// <summary><c>mac=001122334455</c>, as QNX's drivers write it, or with colons.</summary>
    /// <exception cref="ModuleException">It isn't the address of one station.</exception>
    public static MacAddress ReadAddress(DriverContext context)
    {
        if (context.Options.GetString("mac") is not { } text)
            return MacAddress.CreateLocal(context.Random);
        string digits = text.Contains(':', StringComparison.Ordinal) ? text : string.Join(':', text.Chunk(2).Select(pair => new string(pair)));
        if (!MacAddress.TryParse(digits, out MacAddress address))
            throw new ModuleException($"option mac={text}: twelve hexadecimal digits are needed: 001122334455");
        if (address.IsMulticast || address.IsZero)
            throw new ModuleException($"option mac={text}: that isn't the address of one station");
        return address;
    }
}
