using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.Benchmarks.Contestants;
using IoPkt.Benchmarks.Harness;

namespace IoPkt.Benchmarks.Rows;

/// <summary>nginx, one worker, and wrk from the kernel's side. A short page: what counts is the connection and the request.</summary>
internal static partial class WebServer
{
    private const int Connections = 64;

    public static async Task<Sample> MeasureAsync(Contestant contestant, double seconds, bool keepAlive)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("io-pkt-bench-nginx-");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        try
        {
            using Child nginx = contestant.StartServer("nginx", "-c", WriteConfiguration(folder), "-g", "daemon off;")
                ?? throw new BenchmarkException($"{contestant.Name} runs no unmodified programs");
            nginx.Discard();
            string url = $"http://{contestant.Address}:8080/";
            await contestant.Network.RunAsync("sh", "-c", $"for i in $(seq 100); do curl -s -o /dev/null {url} && exit; sleep 0.05; done; exit 1").ConfigureAwait(false);
            string[] close = keepAlive ? [] : ["-H", "Connection: close"];
            string report = await contestant.Network.RunAsync(["wrk", "-t", "1", "-c", Text(Connections), "-d", $"{Text(Math.Max(1, (int)seconds))}s", "--latency",
                .. close, url]).ConfigureAwait(false);
            Match errors = Errors().Match(report);
            return new Sample(Number(Requests().Match(report)) / 1e3, new Dictionary<string, double>
            {
                ["p50 ms"] = Milliseconds(report, "50%"),
                ["p99 ms"] = Milliseconds(report, "99%"),
                ["errors"] = errors.Success ? errors.Groups.Values.Skip(1).Sum(g => double.Parse(g.Value, CultureInfo.InvariantCulture)) : 0,
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string WriteConfiguration(DirectoryInfo folder)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "index.html"), "io-pkt serves this page.\n");
        string path = Path.Combine(folder.FullName, "nginx.conf");
        File.WriteAllText(path, $$"""
            worker_processes 1;
            pid {{folder.FullName}}/nginx.pid;
            error_log stderr crit;
            events { worker_connections 4096; }
            http {
                access_log off;
                keepalive_requests 1000000000;
                client_body_temp_path {{folder.FullName}}/body;
                proxy_temp_path {{folder.FullName}}/proxy;
                fastcgi_temp_path {{folder.FullName}}/fastcgi;
                uwsgi_temp_path {{folder.FullName}}/uwsgi;
                scgi_temp_path {{folder.FullName}}/scgi;
                server { listen 8080 backlog=1024; root {{folder.FullName}}; }
            }
            """);
        return path;
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new BenchmarkException("wrk's report isn't understood");

    private static double Milliseconds(string report, string percentile)
    {
        Match match = Regex.Match(report, $@"{percentile}\s+([\d.]+)(us|ms|s)\b");
        return Number(match) * match.Groups[2].Value switch { "us" => 1e-3, "ms" => 1, _ => 1e3 };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex Errors();
}
