using IoPkt.Tools;
using IoPkt.Tools.Umount;

return await ToolHost.RunAsync(new UmountTool(), args).ConfigureAwait(false);
