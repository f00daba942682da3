namespace IoPkt.Fuzzer.Sessions;

/// <summary>What one seed makes: inputs, and what must hold whatever they are.</summary>
internal interface IFuzzingSession
{
    /// <summary>How many there were.</summary>
    long Inputs { get; }

    /// <summary>What has come back.</summary>
    long Answers { get; }

    /// <returns>What went wrong; <c>null</c>: nothing.</returns>
    string? Run();

    /// <summary>The last inputs, newest last, for a person to decode.</summary>
    string LastInputs();
}
