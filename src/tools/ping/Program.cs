using IoPkt.Tools;
using IoPkt.Tools.Ping;

return await ToolHost.RunAsync(new PingTool(), args).ConfigureAwait(false);
