using System.Text.Json.Serialization.Metadata;

namespace IoPkt.Wire.Management;

/// <summary>Every request of the management protocol, for both ends. <c>docs/management.md</c> describes them.</summary>
public static class ManagementOperations
{
    private static ManagementJson Json => ManagementJson.Default;

    public static ManagementOperation<NoArguments, InstanceInfo> Info => Query("info", Json.NoArguments, Json.InstanceInfo);

    public static ManagementOperation<InterfaceQuery, InterfaceList> Interfaces => Query("interfaces", Json.InterfaceQuery, Json.InterfaceList);

    public static ManagementOperation<InterfaceSettings, NoResult> SetInterface => Change("set-interface", Json.InterfaceSettings, Json.NoResult);

    public static ManagementOperation<InterfaceName, CreatedInterfaces> CreateInterface =>
        Change("create-interface", Json.InterfaceName, Json.CreatedInterfaces);

    public static ManagementOperation<InterfaceName, NoResult> DestroyInterface => Change("destroy-interface", Json.InterfaceName, Json.NoResult);

    public static ManagementOperation<AddressSettings, NoResult> SetAddress => Change("set-address", Json.AddressSettings, Json.NoResult);

    public static ManagementOperation<AddressName, NoResult> DeleteAddress => Change("delete-address", Json.AddressName, Json.NoResult);

    public static ManagementOperation<NoArguments, RouteList> Routes => Query("routes", Json.NoArguments, Json.RouteList);

    public static ManagementOperation<RouteQuery, RouteLookup> GetRoute => Query("get-route", Json.RouteQuery, Json.RouteLookup);

    public static ManagementOperation<RouteSettings, RouteInfo> AddRoute => Change("add-route", Json.RouteSettings, Json.RouteInfo);

    public static ManagementOperation<RouteSettings, RouteInfo> ChangeRoute => Change("change-route", Json.RouteSettings, Json.RouteInfo);

    public static ManagementOperation<RouteName, RouteInfo> DeleteRoute => Change("delete-route", Json.RouteName, Json.RouteInfo);

    public static ManagementOperation<RouteFlush, RouteList> FlushRoutes => Change("flush-routes", Json.RouteFlush, Json.RouteList);

    public static ManagementOperation<NoArguments, SocketList> Sockets => Query("sockets", Json.NoArguments, Json.SocketList);

    public static ManagementOperation<NoArguments, CounterGroupList> Statistics => Query("statistics", Json.NoArguments, Json.CounterGroupList);

    public static ManagementOperation<NoArguments, MbufUsage> Mbufs => Query("mbufs", Json.NoArguments, Json.MbufUsage);

    public static ManagementOperation<NoArguments, NeighborList> Neighbors => Query("neighbors", Json.NoArguments, Json.NeighborList);

    public static ManagementOperation<NeighborSettings, NeighborInfo> SetNeighbor =>
        Change("set-neighbor", Json.NeighborSettings, Json.NeighborInfo);

    public static ManagementOperation<NeighborName, NeighborList> DeleteNeighbor => Change("delete-neighbor", Json.NeighborName, Json.NeighborList);

    public static ManagementOperation<DriverModule, CreatedInterfaces> LoadDriver => Change("load-driver", Json.DriverModule, Json.CreatedInterfaces);

    public static ManagementOperation<LogQuery, LogEntries> Log => Query("log", Json.LogQuery, Json.LogEntries);

    public static ManagementOperation<NoArguments, NoResult> ClearLog => Change("clear-log", Json.NoArguments, Json.NoResult);

    public static ManagementOperation<SettingQuery, SettingList> Settings => Query("settings", Json.SettingQuery, Json.SettingList);

    public static ManagementOperation<SettingChange, SettingChanged> ChangeSetting => Change("change-setting", Json.SettingChange, Json.SettingChanged);

    public static ManagementOperation<NoArguments, ClonerList> Cloners => Query("cloners", Json.NoArguments, Json.ClonerList);

    public static ManagementOperation<NoArguments, ProtocolList> Protocols => Query("protocols", Json.NoArguments, Json.ProtocolList);

    public static ManagementOperation<ProtocolModule, NoResult> LoadProtocol => Change("load-protocol", Json.ProtocolModule, Json.NoResult);

    public static ManagementOperation<ProtocolName, NoResult> UnloadProtocol => Change("unload-protocol", Json.ProtocolName, Json.NoResult);

    private static ManagementOperation<TArguments, TResult> Query<TArguments, TResult>(
        string name, JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TResult> result) => new(name, false, arguments, result);

    private static ManagementOperation<TArguments, TResult> Change<TArguments, TResult>(
        string name, JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TResult> result) => new(name, true, arguments, result);
}
