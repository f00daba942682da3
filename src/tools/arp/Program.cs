using IoPkt.Tools;
using IoPkt.Tools.Arp;

return await ToolHost.RunAsync(new ArpTool(), args).ConfigureAwait(false);
