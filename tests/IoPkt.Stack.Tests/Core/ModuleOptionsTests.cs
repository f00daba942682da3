using Xunit;

namespace IoPkt.Stack.Tests.Core;

public sealed class ModuleOptionsTests
{
    [Fact]
    public void Words_and_values_are_read_and_the_rest_is_named()
    {
        ModuleOptions options = new("if=vpn0,persist,mtu=0x5dc,surprise=1,host=a,host=b");
        Assert.Equal("vpn0", options.GetString("if"));
        Assert.True(options.GetFlag("persist"));
        Assert.False(options.GetFlag("absent"));
        Assert.Equal(1500, options.GetNumber("mtu", 68, 65535));
        Assert.Null(options.GetNumber("absent"));
        Assert.Equal(["a", "b"], options.GetStrings("host"));
        Assert.Equal(["surprise"], options.Unknown);
    }

    [Theory]
    [InlineData("mtu=")]
    [InlineData("mtu")]
    [InlineData("mtu=text")]
    [InlineData("mtu=-1")]
    [InlineData("mtu=99999999999999999999")]
    [InlineData("mtu=67")]
    public void A_bad_number_is_an_error_that_names_the_option(string text)
    {
        ModuleException error = Assert.Throws<ModuleException>(() => new ModuleOptions(text).GetNumber("mtu", 68, 65535));
        Assert.Contains("mtu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_takes_0_and_1_only()
    {
        Assert.False(new ModuleOptions("persist=0").GetFlag("persist"));
        Assert.True(new ModuleOptions("persist=1").GetFlag("persist"));
        Assert.Throws<ModuleException>(() => new ModuleOptions("persist=maybe").GetFlag("persist"));
    }
}
