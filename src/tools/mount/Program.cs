using IoPkt.Tools;
using IoPkt.Tools.Mount;

return await ToolHost.RunAsync(new MountTool(), args).ConfigureAwait(false);
