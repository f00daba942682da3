using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using IoPkt.Client;
using Spectre.Console;

namespace IoPkt.Quickstart;

/// <summary>
/// Moves the file both ways between the stack and the kernel: with curl and python3 where they and the preload library are there,
/// otherwise with .NET's own HTTP client and a few lines of server over the managed client.
/// </summary>
internal sealed class Transfers(Shell shell, RandomFile file, bool plain)
{
    /// <summary>The kernel serves; a client on the stack downloads.</summary>
    public async Task DownloadAsync(IPEndPoint kernel)
    {
        using TcpListener listener = new(kernel);
        listener.Start();
        Task serving = ServeOnceAsync(async () => new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
        string url = $"http://{kernel}/file";
        if (Shell.CanPreload && Shell.Has("curl"))
        {
            string downloaded = file.Path + ".downloaded";
            using Process curl = shell.StartOnStack("sockrun", "curl", "-sS", "-o", downloaded, url);
            await ProgressAsync("curl", () => File.Exists(downloaded) ? new FileInfo(downloaded).Length : 0, curl.WaitForExitAsync());
            await using FileStream received = File.OpenRead(downloaded);
            Check(await SHA256.HashDataAsync(received));
        }
        else
        {
            Shell.ShowCommand($"new HttpClient over new IoPktClient(\"{shell.Prefix}\") gets {url}");
            using IoPktClient client = new(shell.Prefix);
            await ReceiveAsync(url, async (endpoint, cancellation) => await client.ConnectTcpAsync(endpoint, cancellation: cancellation));
        }
        await serving;
    }

    /// <summary>A server on the stack; the kernel downloads.</summary>
    public async Task ServeAsync(IPEndPoint stack)
    {
        string url = $"http://{stack}/file";
        if (Shell.CanPreload && Shell.Has("python3"))
        {
            using Process server = shell.StartOnStack("sockrun", "python3", "-m", "http.server", stack.Port.ToString(CultureInfo.InvariantCulture),
                "--directory", Path.GetDirectoryName(file.Path)!);
            try
            {
                Shell.ShowCommand($"curl {url}");
                await ReceiveAsync(url, ConnectByKernelAsync);
            }
            finally
            {
                server.Kill();
            }
        }
        else
        {
            Shell.ShowCommand($"new IoPktClient(\"{shell.Prefix}\").ListenTcpAsync({stack}); curl {url}");
            using IoPktClient client = new(shell.Prefix);
            using IoPktListener listener = await client.ListenTcpAsync(stack);
            Task serving = ServeOnceAsync(async () => await listener.AcceptAsync());
            await ReceiveAsync(url, ConnectByKernelAsync);
            await serving;
        }
    }

    private static async ValueTask<Stream> ConnectByKernelAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        // The server may still be starting.
        for (int attempt = 0; ; attempt++)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endpoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (attempt < 100)
            {
                socket.Dispose();
                await Task.Delay(100, cancellation);
            }
        }
    }

    /// <summary>Answers one HTTP request with the file.</summary>
    private async Task ServeOnceAsync(Func<Task<Stream>> acceptAsync)
    {
        await using Stream stream = await acceptAsync();
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {file.Size}\r\nConnection: close\r\n\r\n")));
        await using FileStream content = File.OpenRead(file.Path);
        await content.CopyToAsync(stream, 1 << 20);
    }

    private async Task ReceiveAsync(string url, Func<IPEndPoint, CancellationToken, ValueTask<Stream>> connectAsync)
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = (context, cancellation) => connectAsync(IPEndPoint.Parse($"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}"), cancellation),
        };
        using HttpClient http = new(handler);
        await using Stream body = await http.GetStreamAsync(new Uri(url));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long received = 0;
        await ProgressAsync("received", () => Interlocked.Read(ref received), Task.Run(async () =>
        {
            byte[] buffer = new byte[1 << 20];
            for (int count; (count = await body.ReadAsync(buffer)) > 0; Interlocked.Add(ref received, count))
                hash.AppendData(buffer.AsSpan(0, count));
        }));
        Check(hash.GetHashAndReset());
    }

    /// <summary>Shows how far a transfer has come, and its rate when it's done.</summary>
    private async Task ProgressAsync(string what, Func<long> bytes, Task transfer)
    {
        long start = Stopwatch.GetTimestamp();
        if (plain)
        {
            await transfer;
        }
        else
        {
            await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn()).StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(what, maxValue: file.Size);
                while (!transfer.IsCompleted)
                {
                    task.Value = bytes();
                    await Task.WhenAny(transfer, Task.Delay(100));
                }
                task.Value = bytes();
            });
            await transfer;
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes() >> 20} MiB in {seconds:0.00} s: {bytes() * 8 / seconds / 1e9:0.00} Gbit/s"));
    }

    private void Check(byte[] hash)
    {
        if (Convert.ToHexStringLower(hash) != file.Hash)
            throw new StepFailedException("the SHA-256 of what arrived is wrong");
        AnsiConsole.MarkupLineInterpolated($"SHA-256 {file.Hash[..16]}…: [green]as sent[/]");
    }
}
