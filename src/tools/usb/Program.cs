using IoPkt.Tools;
using IoPkt.Tools.Usb;

return await ToolHost.RunAsync(new UsbTool(), args).ConfigureAwait(false);
