using IoPkt.Wire.Management;

namespace IoPkt.Tools.Ifconfig;

/// <summary>Sets, adds, changes or deletes an address, with what the line says of it.</summary>
internal sealed class AddressAction : InterfaceAction
{
    /// <summary><c>null</c>: the interface's first address is meant.</summary>
    public uint? Address { get; set; }

    public uint? Destination { get; set; }

    public int? PrefixLength { get; private set; }

    public uint? Broadcast { get; set; }

    public bool Alias { get; set; }

    public bool Delete { get; set; }

    public void SetPrefixLength(int length)
    {
        if (PrefixLength is int other && other != length)
            throw new UsageException($"two different masks: /{other} and /{length}");
        PrefixLength = length;
    }

    /// <exception cref="UsageException">What was said doesn't go together.</exception>
    public void Check()
    {
        if (Alias && Delete)
            throw new UsageException("alias and delete exclude each other");
        if (Alias && Address is null)
            throw new UsageException("alias: of which address?");
        if (Delete && (Broadcast is not null || Destination is not null))
            throw new UsageException("an address is deleted by itself: no broadcast and no destination");
    }

    public override async Task ApplyAsync(ToolContext context, string name)
    {
        if (Delete)
        {
            string? deleted = Address is uint address ? Inet.Format(address) : null;
            await context.Management.DeleteAddressAsync(name, deleted, context.Interrupted).ConfigureAwait(false);
            return;
        }
        AddressSettings settings = new()
        {
            Interface = name,
            Address = Address is uint given ? Inet.Format(given) : await FirstAsync(context, name).ConfigureAwait(false),
            PrefixLength = PrefixLength,
            Broadcast = Broadcast is uint broadcast ? Inet.Format(broadcast) : null,
            Destination = Destination is uint destination ? Inet.Format(destination) : null,
            Alias = Alias,
        };
        await context.Management.SetAddressAsync(settings, context.Interrupted).ConfigureAwait(false);
    }

    /// <summary>"ifconfig tap0 netmask 255.255.255.0" is about the address that tap0 has.</summary>
    private static async Task<string> FirstAsync(ToolContext context, string name)
    {
        InterfaceInfo changed = await context.Management.GetInterfaceAsync(name, context.Interrupted).ConfigureAwait(false);
        return changed.Addresses.FirstOrDefault(a => a.Family == "inet")?.Address
            ?? throw new ToolException($"{name} has no address to change");
    }
}
