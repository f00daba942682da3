using Microsoft.Extensions.DependencyInjection;

namespace IoPkt.Daemon.Hosting;

/// <summary>A program of the family: its name, and what it's made of.</summary>
/// <param name="Name">"io-pkt-v4".</param>
/// <param name="Capabilities">Started in this order, after the stack and lo0 and before the modules of the command line.</param>
public sealed record Variant(string Name, IReadOnlyList<Capability> Capabilities)
{
    public bool Has(Feature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return Capabilities.Any(c => c.Name == feature.Capability);
    }

    /// <summary>What it's to have and hasn't, for <c>--help</c> and the log.</summary>
    public IReadOnlyList<Feature> Missing => [.. Feature.All.Where(f => f.Variants.Contains(Name) && !Has(f))];
}

/// <summary>A part of the daemon that a variant has or doesn't have.</summary>
/// <param name="Name">As a person would ask for it.</param>
/// <param name="Register">Adds its services; those that implement <see cref="Microsoft.Extensions.Hosting.IHostedService"/> are started and stopped with the daemon.</param>
public sealed record Capability(string Name, Action<IServiceCollection> Register);
