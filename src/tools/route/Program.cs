using IoPkt.Tools;
using IoPkt.Tools.Route;

return await ToolHost.RunAsync(new RouteTool(), args).ConfigureAwait(false);
