using System.Globalization;
using System.Text.RegularExpressions;
using IoPkt.EndToEnd.Tests.Harness;
using Xunit;

namespace IoPkt.EndToEnd.Tests;

/// <summary>nginx with its usual master and workers, unmodified, under load from the kernel's side.</summary>
public sealed partial class NginxTests
{
    private const string Body = "io-pkt serves this page.\n";

    [Fact]
    public async Task Wrk_gets_right_answers_through_a_reload_and_nothing_stays_behind()
    {
        Requires.Preload();
        Requires.Programs("nginx", "wrk", "curl");
        await using StackUnderTest stack = await StackUnderTest.StartAsync();
        string configuration = WriteConfiguration(stack.Folder);
        using Command nginx = stack.StartOverStack("nginx", "-c", configuration, "-g", "daemon off;");
        string url = $"http://{StackUnderTest.StackAddress}/";
        await StackUnderTest.EventuallyAsync(async () =>
        {
            Outcome curl = await stack.OverKernelAsync("curl", "-sS", "--max-time", "2", url);
            return (curl.Output == Body, $"{curl.Output}{curl.Error}{nginx.Error}");
        });

        Task<Outcome> wrk = stack.OverKernelAsync("wrk", "-t", "2", "-c", "100", "-d", "10s", url);
        await Task.Delay(4000, TestContext.Current.CancellationToken);
        (await stack.OverStackAsync("nginx", "-c", configuration, "-s", "reload")).Succeeded();
        string report = (await wrk).Succeeded();
        TestContext.Current.SendDiagnosticMessage("{0}", report);
        Assert.DoesNotContain("Non-2xx", report, StringComparison.Ordinal);
        // Workers that a reload retires close their keep-alive connections when idle; wrk counts each as a read error. Anything else would be ours.
        Match errors = SocketErrors().Match(report);
        Assert.True(!errors.Success || (errors.Groups["connect"].Value == "0" && errors.Groups["write"].Value == "0" && errors.Groups["timeout"].Value == "0"
            && int.Parse(errors.Groups["read"].Value, CultureInfo.InvariantCulture) <= 100), report);
        Assert.True(int.Parse(Requests().Match(report).Groups[1].Value, CultureInfo.InvariantCulture) > 1000, report);

        nginx.Signal(NativeMethods.Terminate);
        await nginx.WaitAsync(TimeSpan.FromSeconds(20));
        await StackUnderTest.EventuallyAsync(async () =>
        {
            string sockets = (await stack.ToolAsync("netstat", "-an", "-p", "tcp")).Succeeded();
            string[] alive = [.. sockets.Split('\n').Where(l => l.StartsWith("tcp", StringComparison.Ordinal) && !l.Contains("TIME_WAIT", StringComparison.Ordinal))];
            return (alive.Length == 0, sockets);
        });
    }

    private static string WriteConfiguration(DirectoryInfo folder)
    {
        DirectoryInfo pages = folder.CreateSubdirectory("www");
        File.WriteAllText(Path.Combine(pages.FullName, "index.html"), Body);
        string path = Path.Combine(folder.FullName, "nginx.conf");
        // What Debian's default configuration has, with its folders moved here.
        File.WriteAllText(path, $$"""
            worker_processes auto;
            pid {{folder.FullName}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 768; }
            http {
                sendfile on;
                tcp_nopush on;
                types_hash_max_size 2048;
                access_log off;
                client_body_temp_path {{folder.FullName}}/body;
                proxy_temp_path {{folder.FullName}}/proxy;
                fastcgi_temp_path {{folder.FullName}}/fastcgi;
                uwsgi_temp_path {{folder.FullName}}/uwsgi;
                scgi_temp_path {{folder.FullName}}/scgi;
                server {
                    listen 80 default_server;
                    root {{pages.FullName}};
                    location / { try_files $uri $uri/ =404; }
                }
            }
            """);
        return path;
    }

    [GeneratedRegex(@"Socket errors: connect (?<connect>\d+), read (?<read>\d+), write (?<write>\d+), timeout (?<timeout>\d+)")]
    private static partial Regex SocketErrors();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();
}
