using IoPkt.Tools;
using IoPkt.Tools.Ifconfig;

return await ToolHost.RunAsync(new IfconfigTool(), args).ConfigureAwait(false);
