using System.Text.Json;
using IoPkt.Wire.Management;

namespace IoPkt.Client;

/// <summary>
/// The requests of <c>docs/management.md</c>, typed. Each throws <see cref="IoPktException"/> when the daemon refuses it; changes need root or the daemon's user.
/// </summary>
public sealed class IoPktManagement
{
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>> _exchange;

    /// <param name="exchange">Carries a request, and brings its answer.</param>
    internal IoPktManagement(Func<ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>> exchange) => _exchange = exchange;

    public Task<InstanceInfo> GetInfoAsync(CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.Info, new NoArguments(), cancellation);

    public async Task<IReadOnlyList<InterfaceInfo>> GetInterfacesAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Interfaces, new InterfaceQuery(), cancellation).ConfigureAwait(false)).Interfaces;

    public async Task<InterfaceInfo> GetInterfaceAsync(string name, CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Interfaces, new InterfaceQuery(name), cancellation).ConfigureAwait(false)).Interfaces[0];

    public Task SetInterfaceAsync(InterfaceSettings settings, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.SetInterface, settings, cancellation);

    /// <returns>The names of the new interfaces.</returns>
    public async Task<IReadOnlyList<string>> CreateInterfaceAsync(string name, CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.CreateInterface, new InterfaceName(name), cancellation).ConfigureAwait(false)).Names;

    public Task DestroyInterfaceAsync(string name, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.DestroyInterface, new InterfaceName(name), cancellation);

    public Task SetAddressAsync(AddressSettings settings, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.SetAddress, settings, cancellation);

    /// <param name="interfaceName">Whose.</param>
    /// <param name="address"><c>null</c>: the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task DeleteAddressAsync(string interfaceName, string? address, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.DeleteAddress, new AddressName(interfaceName, address), cancellation);

    public async Task<IReadOnlyList<RouteInfo>> GetRoutesAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Routes, new NoArguments(), cancellation).ConfigureAwait(false)).Routes;

    public Task<RouteLookup> GetRouteAsync(string destination, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.GetRoute, new RouteQuery(destination), cancellation);

    public Task<RouteInfo> AddRouteAsync(RouteSettings settings, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.AddRoute, settings, cancellation);

    public Task<RouteInfo> ChangeRouteAsync(RouteSettings settings, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.ChangeRoute, settings, cancellation);

    /// <returns>The route that was there.</returns>
    public Task<RouteInfo> DeleteRouteAsync(string destination, int prefixLength, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.DeleteRoute, new RouteName(destination, prefixLength), cancellation);

    /// <returns>The routes that were there.</returns>
    public async Task<IReadOnlyList<RouteInfo>> FlushRoutesAsync(bool includeDefault, CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.FlushRoutes, new RouteFlush(includeDefault), cancellation).ConfigureAwait(false)).Routes;

    public async Task<IReadOnlyList<FlowInfo>> GetFlowsAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Flows, new NoArguments(), cancellation).ConfigureAwait(false)).Flows;

    public async Task<IReadOnlyList<SocketInfo>> GetSocketsAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Sockets, new NoArguments(), cancellation).ConfigureAwait(false)).Sockets;

    public async Task<IReadOnlyList<CounterGroupInfo>> GetStatisticsAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Statistics, new NoArguments(), cancellation).ConfigureAwait(false)).Groups;

    public Task<MbufUsage> GetMbufsAsync(CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.Mbufs, new NoArguments(), cancellation);

    public async Task<IReadOnlyList<NeighborInfo>> GetNeighborsAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Neighbors, new NoArguments(), cancellation).ConfigureAwait(false)).Neighbors;

    public Task<NeighborInfo> SetNeighborAsync(NeighborSettings settings, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.SetNeighbor, settings, cancellation);

    /// <param name="address"><c>null</c>: all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The entries that were there.</returns>
    public async Task<IReadOnlyList<NeighborInfo>> DeleteNeighborAsync(string? address, CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.DeleteNeighbor, new NeighborName(address), cancellation).ConfigureAwait(false)).Neighbors;

    /// <returns>The names of the new interfaces.</returns>
    public async Task<IReadOnlyList<string>> LoadDriverAsync(string module, string? options, CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.LoadDriver, new DriverModule(module, options), cancellation).ConfigureAwait(false)).Names;

    /// <param name="after">The position of an earlier answer; 0: everything that's still kept.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<LogEntries> GetLogAsync(long after = 0, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.Log, new LogQuery(after), cancellation);

    public Task ClearLogAsync(CancellationToken cancellation = default) => InvokeAsync(ManagementOperations.ClearLog, new NoArguments(), cancellation);

    /// <param name="name">A value, or what the names of several begin with; <c>null</c>: all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyList<SettingInfo>> GetSettingsAsync(string? name = null, CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Settings, new SettingQuery(name), cancellation).ConfigureAwait(false)).Settings;

    public Task<SettingChanged> ChangeSettingAsync(string name, string value, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.ChangeSetting, new SettingChange(name, value), cancellation);

    /// <returns>Names that <see cref="CreateInterfaceAsync"/> takes, without numbers.</returns>
    public async Task<IReadOnlyList<string>> GetClonersAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Cloners, new NoArguments(), cancellation).ConfigureAwait(false)).Names;

    public async Task<IReadOnlyList<ProtocolInfo>> GetProtocolsAsync(CancellationToken cancellation = default) =>
        (await InvokeAsync(ManagementOperations.Protocols, new NoArguments(), cancellation).ConfigureAwait(false)).Protocols;

    public Task LoadProtocolAsync(string module, string? options, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.LoadProtocol, new ProtocolModule(module, options), cancellation);

    public Task UnloadProtocolAsync(string name, CancellationToken cancellation = default) =>
        InvokeAsync(ManagementOperations.UnloadProtocol, new ProtocolName(name), cancellation);

    private async Task<TResult> InvokeAsync<TArguments, TResult>(
        ManagementOperation<TArguments, TResult> operation, TArguments arguments, CancellationToken cancellation)
        where TResult : class
    {
        ReadOnlyMemory<byte> answer = await _exchange(ManagementMessage.WriteRequest(operation, arguments), cancellation).ConfigureAwait(false);
        try
        {
            (TResult? result, ManagementError? error) = ManagementMessage.ReadAnswer(operation, answer.Span);
            return error is null ? result! : throw new IoPktException(error.Errno, error.Message);
        }
        catch (JsonException garbled)
        {
            throw new IoPktException(Errors.Protocol, $"the daemon's answer to '{operation.Name}' makes no sense: {garbled.Message}", garbled);
        }
    }
}
