using IoPkt.Wire.Management;

namespace IoPkt.Tools.Ifconfig;

/// <summary>One thing to do to an interface.</summary>
internal abstract class InterfaceAction
{
    public abstract Task ApplyAsync(ToolContext context, string name);
}

internal sealed class FlagAction(bool up) : InterfaceAction
{
    public bool Up { get; } = up;

    public override Task ApplyAsync(ToolContext context, string name) =>
        context.Management.SetInterfaceAsync(new InterfaceSettings { Name = name, Up = Up }, context.Interrupted);
}

internal sealed class MtuAction(int mtu) : InterfaceAction
{
    public int Mtu { get; } = mtu;

    public override Task ApplyAsync(ToolContext context, string name) =>
        context.Management.SetInterfaceAsync(new InterfaceSettings { Name = name, Mtu = Mtu }, context.Interrupted);
}

internal sealed class CreateAction : InterfaceAction
{
    public override Task ApplyAsync(ToolContext context, string name) => context.Management.CreateInterfaceAsync(name, context.Interrupted);
}

internal sealed class DestroyAction : InterfaceAction
{
    public override Task ApplyAsync(ToolContext context, string name) => context.Management.DestroyInterfaceAsync(name, context.Interrupted);
}
