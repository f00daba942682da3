using System.Buffers.Binary;
using System.Text;
using IoPkt.Packetdrill.Tests.Language;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>The arguments of a system call, as what the call takes or has to give.</summary>
internal sealed class Arguments(IReadOnlyList<Argument> all, Func<string, Exception> fail)
{
    public int Count => all.Count;

    public Argument this[int index] => index < all.Count ? all[index] : throw fail($"argument {index + 1} is missing");

    public long Number(int index) => this[index] is NumberArgument number ? number.Value : throw fail($"argument {index + 1} has to be a number");

    /// <summary>What setsockopt takes: "[1]", "\"reno\"", "{onoff=1, linger=0}".</summary>
    public byte[] OptionValue(int index) => this[index] switch
    {
        ListArgument { Items: [NumberArgument number] } => Bytes(number.Value),
        TextArgument text => Encoding.ASCII.GetBytes(text.Text),
        StructureArgument structure => [.. structure.Fields.Values.SelectMany(v => Bytes(((NumberArgument)v).Value))],
        ListArgument { Items: [StructureArgument structure] } => [.. structure.Fields.Values.SelectMany(v => Bytes(((NumberArgument)v).Value))],
        _ => throw fail($"argument {index + 1} has to be an option's value"),
    };

    /// <summary>A number that the call gives back: "[1000]".</summary>
    public void Expect(int index, long actual)
    {
        if (this[index] is ListArgument { Items: [NumberArgument expected] } && expected.Value != actual)
            throw fail($"the value is {actual}");
    }

    public void Expect(int index, string actual)
    {
        if (this[index] is TextArgument expected && expected.Text != actual)
            throw fail($"the value is {actual}");
    }

    public void Expect(int index, IReadOnlyList<long> actual)
    {
        if (this[index] is StructureArgument expected && !expected.Fields.Values.Select(v => ((NumberArgument)v).Value).SequenceEqual(actual))
            throw fail($"the value is {{{string.Join(", ", actual)}}}");
    }

    private static byte[] Bytes(long value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value);
        return bytes;
    }
}
