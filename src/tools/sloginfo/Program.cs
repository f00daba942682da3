using IoPkt.Tools;
using IoPkt.Tools.Sloginfo;

return await ToolHost.RunAsync(new SloginfoTool(), args).ConfigureAwait(false);
