using IoPkt.Fuzzer;

namespace IoPkt.Simulator.Tests;

/// <summary>The fuzzer's first sessions of each protocol; <c>fuzzer --seeds</c> runs as many as you like.</summary>
public sealed class FuzzerTests
{
    [Theory]
    [InlineData("All", 300)]
    [InlineData("Ethernet", 60)]
    [InlineData("Arp", 60)]
    [InlineData("Ip", 60)]
    [InlineData("Icmp", 60)]
    [InlineData("Igmp", 60)]
    [InlineData("Udp", 60)]
    [InlineData("Tcp", 300)]
    [InlineData("Client", 30)]
    public void No_frame_and_no_message_harms_anything_but_itself(string target, int sessions)
    {
        FuzzingCampaign campaign = new(new SeedRange(0, sessions), Enum.Parse<Target>(target), 1);
        campaign.Run();
        Assert.Null(campaign.Failure);
        Assert.True(campaign.Answers > 0);
    }
}
