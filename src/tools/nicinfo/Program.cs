using IoPkt.Tools;
using IoPkt.Tools.Nicinfo;

return await ToolHost.RunAsync(new NicinfoTool(), args).ConfigureAwait(false);
