using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>What the host's ping says at the end.</summary>
internal static class PingOutput
{
    /// <summary>Everything was answered, but for one that may have been under way when ping was interrupted.</summary>
    public static void AssertNothingLost(string output)
    {
        Match counts = Regex.Match(output, @"(\d+) packets transmitted, (\d+) received");
        Assert.True(counts.Success, output);
        int sent = int.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture), received = int.Parse(counts.Groups[2].Value, CultureInfo.InvariantCulture);
        Assert.True(sent > 1 && received >= sent - 1, output);
    }
}
