namespace IoPkt.Packetdrill.Tests.Language;

/// <summary>A script says something that isn't understood, or that isn't so.</summary>
internal sealed class ScriptException(int line, string message) : Exception($"line {line}: {message}");
