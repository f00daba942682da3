using IoPkt.Stack;

namespace IoPkt.Daemon.Interfaces;

/// <summary>Names that are taken or about to be, so that two drivers that start at once don't choose the same.</summary>
internal sealed class InterfaceNamePool(InterfaceTable interfaces)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _reserved = [];

    /// <param name="prefix">"tap".</param>
    /// <param name="unit">The number, or <c>null</c> for the lowest that is free.</param>
    /// <exception cref="ModuleException">That number is taken, or the name would be too long.</exception>
    public string Reserve(string prefix, int? unit)
    {
        lock (_lock)
        {
            int number = unit ?? 0;
            string name = GenericDriverOptions.NameOf(prefix, number);
            while (IsTaken(name))
            {
                if (unit is not null)
                    throw new ModuleException($"interface {name} exists");
                name = GenericDriverOptions.NameOf(prefix, ++number);
            }
            if (name.Length > GenericDriverOptions.MaximumNameLength)
                throw new ModuleException($"interface name {name} is longer than {GenericDriverOptions.MaximumNameLength} characters");
            _reserved.Add(name);
            return name;
        }
    }

    public void Release(string name)
    {
        lock (_lock)
            _reserved.Remove(name);
    }

    private bool IsTaken(string name) => _reserved.Contains(name) || interfaces.Contains(name);
}
