using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>Makes a running process fault in native code, as a defective library would: a function of its C library is overwritten with a store to address 0.</summary>
internal static class NativeFault
{
    private const string Library = "libc.so.6", Function = "epoll_wait";

    /// <summary>The process faults when one of its threads next calls epoll_wait. Writing another process's code takes root.</summary>
    public static void Plant(int process)
    {
        byte[]? store = RuntimeInformation.ProcessArchitecture switch
        {
            // xor eax, eax; mov [rax], al
            Architecture.X64 => [0x31, 0xc0, 0x88, 0x00],
            // mov x0, #0; str w0, [x0]
            Architecture.Arm64 => [0x00, 0x00, 0x80, 0xd2, 0x00, 0x00, 0x00, 0xb9],
            _ => null,
        };
        Assert.SkipWhen(store is null, $"no code for {RuntimeInformation.ProcessArchitecture}");
        nint function = NativeLibrary.GetExport(NativeLibrary.Load(Library), Function);
        using FileStream memory = new($"/proc/{process}/mem", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        memory.Seek(Base(process) + (function - Base(Environment.ProcessId)), SeekOrigin.Begin);
        memory.Write(store);
    }

    private static long Base(int process)
    {
        string line = File.ReadLines($"/proc/{process}/maps").First(l => l.EndsWith("/" + Library, StringComparison.Ordinal));
        return long.Parse(line[..line.IndexOf('-', StringComparison.Ordinal)], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
