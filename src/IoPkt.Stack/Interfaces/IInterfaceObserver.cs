namespace IoPkt.Stack;

/// <summary>Hears of what becomes of interfaces, in the stack context, after it has happened. It may change the table in turn.</summary>
public interface IInterfaceObserver
{
    void Changed(NetworkInterface changed, InterfaceChange change);
}
