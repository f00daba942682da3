using System.Buffers.Binary;
using System.Globalization;
using IoPkt.Packetdrill.Tests.Language;

namespace IoPkt.Packetdrill.Tests.Play;

/// <summary>The Python in a script, as far as it's <c>assert</c> with arithmetic, comparisons, <c>and</c>, <c>or</c> and <c>not</c> over the fields of TCP_INFO.</summary>
internal sealed class Code
{
    private static readonly string[][] Operators = [["=="], ["!="], ["<="], [">="], ["<"], [">"]];

    private readonly Lexer _lexer;
    private readonly byte[] _info;

    private Code(string text, byte[] info)
    {
        _lexer = new Lexer(text);
        _info = info;
    }

    /// <summary>Runs the code.</summary>
    /// <param name="text">Without the braces.</param>
    /// <param name="info">Linux's <c>struct tcp_info</c>.</param>
    /// <param name="fail">Makes the exception when something isn't so.</param>
    public static void Run(string text, byte[] info, Func<string, Exception> fail)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Code code = new(line, info);
            code._lexer.Take("assert");
            if (code.Or() == 0)
                throw fail($"{line}: {code.Values(line)}");
        }
    }

    /// <summary>What the names in the line stand for.</summary>
    private string Values(string line) => string.Join(", ", line.Split([' ', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries)
        .Where(TcpInfoFields.Offsets.ContainsKey).Distinct().Select(name => $"{name} is {Read(name)}"));

    private long Or()
    {
        long value = And();
        while (_lexer.TryTakeWord("or"))
            value = And() != 0 || value != 0 ? 1 : 0;
        return value;
    }

    private long And()
    {
        long value = Not();
        while (_lexer.TryTakeWord("and"))
            value = Not() != 0 && value != 0 ? 1 : 0;
        return value;
    }

    private long Not() => _lexer.TryTakeWord("not") ? Not() == 0 ? 1 : 0 : Comparison();

    private long Comparison()
    {
        long left = Sum();
        string? operation = Operators.Select(o => o[0]).FirstOrDefault(_lexer.TryTake);
        if (operation is null)
            return left;
        long right = Sum();
        bool holds = operation switch
        {
            "==" => left == right,
            "!=" => left != right,
            "<=" => left <= right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left > right,
        };
        return holds ? 1 : 0;
    }

    private long Sum()
    {
        long value = Product();
        while (true)
        {
            if (_lexer.TryTake("+"))
                value += Product();
            else if (_lexer.TryTake("-"))
                value -= Product();
            else
                return value;
        }
    }

    private long Product()
    {
        long value = Operand();
        while (true)
        {
            if (_lexer.TryTake("*"))
                value *= Operand();
            else if (_lexer.TryTake("&"))
                value &= Operand();
            else
                return value;
        }
    }

    private long Operand()
    {
        if (_lexer.TryTake("("))
        {
            long value = Or();
            _lexer.Take(")");
            return value;
        }
        return char.IsAsciiLetter(_lexer.Peek()) ? Read(_lexer.TakeWord()) : _lexer.TakeInteger();
    }

    private long Read(string name)
    {
        if (TcpInfoFields.Names.TryGetValue(name, out long constant))
            return constant;
        if (!TcpInfoFields.Offsets.TryGetValue(name, out (int Offset, int Size) field))
            throw _lexer.Error(string.Create(CultureInfo.InvariantCulture, $"{name}: neither a field of TCP_INFO nor a constant that is known here"));
        ReadOnlySpan<byte> bytes = _info.AsSpan(field.Offset);
        return field.Size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };
    }
}
