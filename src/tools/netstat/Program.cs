using IoPkt.Tools;
using IoPkt.Tools.Netstat;

return await ToolHost.RunAsync(new NetstatTool(), args).ConfigureAwait(false);
