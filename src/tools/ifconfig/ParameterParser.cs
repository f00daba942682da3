namespace IoPkt.Tools.Ifconfig;

/// <summary>
/// What follows the interface: keywords, some with a value, and addresses, which have none. Netmask, broadcast and alias belong to the address; the rest is applied
/// in the order in which it stands.
/// </summary>
internal static class ParameterParser
{
    /// <exception cref="ToolException">A word that isn't known, or a value that makes no sense.</exception>
    public static IReadOnlyList<InterfaceAction> Parse(IReadOnlyList<string> words, HostNames hosts)
    {
        List<InterfaceAction> actions = [];
        AddressAction? address = null;
        int next = 0;

        string Value(string keyword) => next < words.Count ? words[next++] : throw new UsageException($"{keyword}: its value is missing");
        AddressAction Address()
        {
            if (address is null)
                actions.Add(address = new AddressAction());
            return address;
        }

        while (next < words.Count)
        {
            string word = words[next++];
            switch (word)
            {
                case "up" or "down":
                    actions.Add(new FlagAction(word == "up"));
                    break;
                case "mtu":
                    actions.Add(new MtuAction(Numbers.Parse(Value(word), 1, 65535, "mtu")));
                    break;
                case "create":
                    actions.Add(new CreateAction());
                    break;
                case "destroy":
                    actions.Add(new DestroyAction());
                    break;
                case "netmask":
                    Address().SetPrefixLength(Inet.ParseMask(Value(word)));
                    break;
                case "prefixlen":
                    Address().SetPrefixLength(Numbers.Parse(Value(word), 0, 32, "prefixlen"));
                    break;
                case "broadcast":
                    Address().Broadcast = hosts.Parse(Value(word), "broadcast address");
                    break;
                case "alias":
                    Address().Alias = true;
                    break;
                case "-alias" or "delete":
                    Address().Delete = true;
                    break;
                default:
                    AddAddress(Address(), word, hosts);
                    break;
            }
        }
        address?.Check();
        if (actions.Count > 1 && actions.Exists(a => a is DestroyAction))
            throw new UsageException("destroy leaves nothing to configure: it stands alone");
        if (actions.FindLastIndex(a => a is CreateAction) > 0)
            throw new UsageException("create comes once, and before everything else");
        return actions;
    }

    private static void AddAddress(AddressAction action, string word, HostNames hosts)
    {
        string[] parts = word.Split('/');
        if (parts.Length > 2 || parts[0].Length == 0 || !hosts.TryParse(parts[0], out uint address))
        {
            throw new UsageException(word.Length == 0 || !char.IsAsciiDigit(word[0])
                ? $"unknown parameter '{word}'"
                : $"'{word}' is not an address");
        }
        if (action.Address is null)
            action.Address = address;
        else if (action.Destination is null)
            action.Destination = address;
        else
            throw new UsageException($"'{word}': an address and a destination have been given already");
        if (parts.Length == 2)
            action.SetPrefixLength(Numbers.Parse(parts[1], 0, 32, "prefix length"));
    }
}
