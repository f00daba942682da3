using System.Text.Json.Serialization.Metadata;

namespace IoPkt.Wire.Management;

/// <summary>Every request of the management protocol, for both ends. <c>docs/management.md</c> describes them.</summary>
public static class ManagementOperations
{
    public static ManagementOperation<NoArguments, InstanceInfo> Info => Query("info", j => j.NoArguments, j => j.InstanceInfo);

    public static ManagementOperation<InterfaceQuery, InterfaceList> Interfaces => Query("interfaces", j => j.InterfaceQuery, j => j.InterfaceList);

    public static ManagementOperation<InterfaceSettings, NoResult> SetInterface => Change("set-interface", j => j.InterfaceSettings, j => j.NoResult);

    public static ManagementOperation<InterfaceName, CreatedInterfaces> CreateInterface =>
        Change("create-interface", j => j.InterfaceName, j => j.CreatedInterfaces);

    public static ManagementOperation<InterfaceName, NoResult> DestroyInterface => Change("destroy-interface", j => j.InterfaceName, j => j.NoResult);

    public static ManagementOperation<AddressSettings, NoResult> SetAddress => Change("set-address", j => j.AddressSettings, j => j.NoResult);

    public static ManagementOperation<AddressName, NoResult> DeleteAddress => Change("delete-address", j => j.AddressName, j => j.NoResult);

    public static ManagementOperation<NoArguments, RouteList> Routes => Query("routes", j => j.NoArguments, j => j.RouteList);

    public static ManagementOperation<RouteQuery, RouteLookup> GetRoute => Query("get-route", j => j.RouteQuery, j => j.RouteLookup);

    public static ManagementOperation<RouteSettings, RouteInfo> AddRoute => Change("add-route", j => j.RouteSettings, j => j.RouteInfo);

    public static ManagementOperation<RouteSettings, RouteInfo> ChangeRoute => Change("change-route", j => j.RouteSettings, j => j.RouteInfo);

    public static ManagementOperation<RouteName, RouteInfo> DeleteRoute => Change("delete-route", j => j.RouteName, j => j.RouteInfo);

    public static ManagementOperation<RouteFlush, RouteList> FlushRoutes => Change("flush-routes", j => j.RouteFlush, j => j.RouteList);

    public static ManagementOperation<NoArguments, FlowList> Flows => Query("flows", j => j.NoArguments, j => j.FlowList);

    public static ManagementOperation<NoArguments, SocketList> Sockets => Query("sockets", j => j.NoArguments, j => j.SocketList);

    public static ManagementOperation<NoArguments, CounterGroupList> Statistics => Query("statistics", j => j.NoArguments, j => j.CounterGroupList);

    public static ManagementOperation<NoArguments, MbufUsage> Mbufs => Query("mbufs", j => j.NoArguments, j => j.MbufUsage);

    public static ManagementOperation<NoArguments, NeighborList> Neighbors => Query("neighbors", j => j.NoArguments, j => j.NeighborList);

    public static ManagementOperation<NeighborSettings, NeighborInfo> SetNeighbor =>
        Change("set-neighbor", j => j.NeighborSettings, j => j.NeighborInfo);

    public static ManagementOperation<NeighborName, NeighborList> DeleteNeighbor => Change("delete-neighbor", j => j.NeighborName, j => j.NeighborList);

    public static ManagementOperation<DriverModule, CreatedInterfaces> LoadDriver => Change("load-driver", j => j.DriverModule, j => j.CreatedInterfaces);

    public static ManagementOperation<LogQuery, LogEntries> Log => Query("log", j => j.LogQuery, j => j.LogEntries);

    public static ManagementOperation<NoArguments, NoResult> ClearLog => Change("clear-log", j => j.NoArguments, j => j.NoResult);

    public static ManagementOperation<SettingQuery, SettingList> Settings => Query("settings", j => j.SettingQuery, j => j.SettingList);

    public static ManagementOperation<SettingChange, SettingChanged> ChangeSetting => Change("change-setting", j => j.SettingChange, j => j.SettingChanged);

    public static ManagementOperation<NoArguments, ClonerList> Cloners => Query("cloners", j => j.NoArguments, j => j.ClonerList);

    public static ManagementOperation<NoArguments, ProtocolList> Protocols => Query("protocols", j => j.NoArguments, j => j.ProtocolList);

    public static ManagementOperation<ProtocolModule, NoResult> LoadProtocol => Change("load-protocol", j => j.ProtocolModule, j => j.NoResult);

    public static ManagementOperation<ProtocolName, NoResult> UnloadProtocol => Change("unload-protocol", j => j.ProtocolName, j => j.NoResult);

    private static ManagementOperation<TArguments, TResult> Query<TArguments, TResult>(
        string name, Func<ManagementJson, JsonTypeInfo<TArguments>> arguments, Func<ManagementJson, JsonTypeInfo<TResult>> result) => new(name, false, arguments, result);

    private static ManagementOperation<TArguments, TResult> Change<TArguments, TResult>(
        string name, Func<ManagementJson, JsonTypeInfo<TArguments>> arguments, Func<ManagementJson, JsonTypeInfo<TResult>> result) => new(name, true, arguments, result);
}
