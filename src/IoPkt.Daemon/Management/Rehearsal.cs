using IoPkt.Wire.Management;

namespace IoPkt.Daemon.Management;

/// <summary>
/// A request that is read and answered for nobody, while the rest of the daemon starts on another processor: the runtime compiles some 400 methods for the first one, which a start-up
/// script's <c>ifconfig</c> would wait for.
/// </summary>
internal static class Rehearsal
{
    public static void Begin() => _ = Task.Run(Run);

    private static void Run()
    {
        ManagementOperation<AddressSettings, NoResult> operation = ManagementOperations.SetAddress;
        ReadOnlyMemory<byte> json = ManagementMessage.WriteRequest(operation, new AddressSettings { Interface = "lo0", Address = "127.0.0.1", PrefixLength = 8 });
        ManagementRequest request = ManagementMessage.ReadRequest(json);
        _ = MemberReader.Read(request.Arguments!.Value, operation.Arguments, "arguments");
        _ = ManagementMessage.WriteResult(new NoResult(), operation.Result);
    }
}
