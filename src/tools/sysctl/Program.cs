using IoPkt.Tools;
using IoPkt.Tools.Sysctl;

return await ToolHost.RunAsync(new SysctlTool(), args).ConfigureAwait(false);
