using System.Text.Json.Serialization;

namespace IoPkt.Wire.Management;

/// <summary>Serialisation without reflection. Absent and <c>null</c> mean the same, so <c>null</c> isn't written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ManagementRequest))]
[JsonSerializable(typeof(ManagementError))]
[JsonSerializable(typeof(NoArguments))]
[JsonSerializable(typeof(NoResult))]
[JsonSerializable(typeof(InstanceInfo))]
[JsonSerializable(typeof(InterfaceQuery))]
[JsonSerializable(typeof(InterfaceName))]
[JsonSerializable(typeof(CreatedInterfaces))]
[JsonSerializable(typeof(InterfaceList))]
[JsonSerializable(typeof(InterfaceSettings))]
[JsonSerializable(typeof(AddressSettings))]
[JsonSerializable(typeof(AddressName))]
[JsonSerializable(typeof(RouteList))]
[JsonSerializable(typeof(RouteSettings))]
[JsonSerializable(typeof(RouteName))]
[JsonSerializable(typeof(RouteQuery))]
[JsonSerializable(typeof(RouteFlush))]
[JsonSerializable(typeof(RouteLookup))]
[JsonSerializable(typeof(FlowList))]
[JsonSerializable(typeof(SocketList))]
[JsonSerializable(typeof(CounterGroupList))]
[JsonSerializable(typeof(MbufUsage))]
[JsonSerializable(typeof(NeighborList))]
[JsonSerializable(typeof(NeighborSettings))]
[JsonSerializable(typeof(NeighborName))]
[JsonSerializable(typeof(DriverModule))]
[JsonSerializable(typeof(LogQuery))]
[JsonSerializable(typeof(LogEntries))]
[JsonSerializable(typeof(SettingQuery))]
[JsonSerializable(typeof(SettingList))]
[JsonSerializable(typeof(SettingChange))]
[JsonSerializable(typeof(SettingChanged))]
[JsonSerializable(typeof(ProtocolModule))]
[JsonSerializable(typeof(ProtocolName))]
[JsonSerializable(typeof(ProtocolList))]
[JsonSerializable(typeof(ClonerList))]
public sealed partial class ManagementJson : JsonSerializerContext;
