using System.CommandLine;
using System.Net;
using IoPkt.Peer;

// The programs that stand at the kernel's side of a test: they need nothing but the SDK, so the end-to-end tests run where no peer is installed.
Argument<string> address = new("address") { Description = "the address to listen on" };
Argument<int> port = new("port") { Description = "the port to listen on" };
Argument<DirectoryInfo> folder = new("folder") { Description = "the files to serve; PUT answers with the SHA-256 of what was sent" };
Command http = new("http", "a small HTTP server: GET a file, PUT to have its hash") { address, port, folder };
http.SetAction((parsed, cancellation) => new HttpFileServer(new IPEndPoint(IPAddress.Parse(parsed.GetRequiredValue(address)), parsed.GetRequiredValue(port)),
    parsed.GetRequiredValue(folder).FullName).RunAsync(cancellation));

Argument<string> device = new("device") { Description = "an interface whose frames are relayed, such as the host's side of io-pkt's TAP; or the name of another TAP to make" };
Argument<string> tap = new("tap") { Description = "the TAP to make for the kernel" };
Option<double> loss = new("--loss") { Description = "the part of frames to drop, 0 to 1", DefaultValueFactory = _ => 0.01 };
Option<double> reorder = new("--reorder") { Description = "the part of frames to hold back, 0 to 1", DefaultValueFactory = _ => 0.01 };
Option<int> hold = new("--hold") { Description = "how many frames pass one that's held back", DefaultValueFactory = _ => 5 };
Option<double> corrupt = new("--corrupt") { Description = "the part of frames to change a bit of, 0 to 1", DefaultValueFactory = _ => 0.0 };
Option<double> duplicate = new("--duplicate") { Description = "the part of frames to send twice, 0 to 1", DefaultValueFactory = _ => 0.0 };
Option<int> seed = new("--seed") { Description = "of the random choices", DefaultValueFactory = _ => 1 };
Option<ImpairedFrames> frames = new("--frames") { Description = "those that all this happens to: to or from the device, or both", DefaultValueFactory = _ => ImpairedFrames.Both };
Option<double> rate = new("--rate") { Description = "how fast the wire is, in Mbit/s; without a limit by default" };
Option<double> delay = new("--delay") { Description = "how long a frame takes, in ms, each way" };
Option<int> queue = new("--queue") { Description = "how many bytes may wait for the wire", DefaultValueFactory = _ => 1_000_000 };
Command relay = new("relay", "a lossy wire between an interface and a new TAP") { device, tap, loss, reorder, hold, corrupt, duplicate, seed, frames, rate, delay, queue };
relay.SetAction(parsed =>
{
    Impairment impairment = new(parsed.GetRequiredValue(loss), parsed.GetRequiredValue(reorder), parsed.GetRequiredValue(hold), parsed.GetRequiredValue(corrupt),
        parsed.GetRequiredValue(duplicate), parsed.GetRequiredValue(seed));
    LinkConditions link = new(parsed.GetValue(rate) * 1e6, TimeSpan.FromMilliseconds(parsed.GetValue(delay)), parsed.GetRequiredValue(queue));
    ImpairedFrames impaired = parsed.GetRequiredValue(frames);
    return new LossyRelay(parsed.GetRequiredValue(device), parsed.GetRequiredValue(tap), impaired == ImpairedFrames.To ? Impairment.None : impairment,
        impaired == ImpairedFrames.From ? Impairment.None : impairment, link).Run();
});

Option<int> count = new("--count") { Description = "how many frames", DefaultValueFactory = _ => 1_000_000 };
Option<string> station = new("--station") { Description = "the MAC address to send to", Required = true };
Option<string> destination = new("--destination") { Description = "the IPv4 address to send to", Required = true };
Command hostile = new("hostile", "random and mutated frames into an interface") { device, count, station, destination, seed };
hostile.SetAction(parsed =>
{
    int socket = Native.OpenPacketSocket(parsed.GetRequiredValue(device));
    HostileFrames hostileFrames = new(new Random(parsed.GetRequiredValue(seed)), IPAddress.Parse(parsed.GetRequiredValue(destination)));
    byte[] stationAddress = Convert.FromHexString(parsed.GetRequiredValue(station).Replace(":", "", StringComparison.Ordinal));
    byte[] frame = new byte[2048];
    for (int i = 0; i < parsed.GetRequiredValue(count); i++)
        Native.Write(socket, frame.AsSpan(0, hostileFrames.Next(frame, stationAddress)));
});

return await new RootCommand("Programs for the kernel's side of io-pkt's end-to-end tests.") { http, relay, hostile }.Parse(args).InvokeAsync();
