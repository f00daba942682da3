using IoPkt.Stack;
using Microsoft.Extensions.Logging;

namespace IoPkt.Daemon.Sockets;

/// <summary>A client's operation that waits for a slot.</summary>
internal interface ISlotWaiter
{
    /// <summary>It's its turn: it has a slot now.</summary>
    /// <returns>Whether it still wants one.</returns>
    bool TakeSlot();
}

/// <summary>
/// QNX's pseudo-threads: one for each operation of a client that is under way in the stack, that is a connection being made or a management request being answered. (What
/// io-pkt on QNX has to wait for besides, data and connections to accept, waits in the clients' own descriptors here.) Their number is limited; who comes when all are
/// taken waits for one to be returned. Used in the stack context only.
/// </summary>
internal sealed class OperationSlots
{
    private readonly ILogger _logger;
    private readonly Queue<ISlotWaiter> _waiting = new();
    private bool _isExhaustionLogged;

    public OperationSlots(OperationLimits limits, ILogger logger)
    {
        _logger = logger;
        Minimum = Supply = limits.Minimum;
        Maximum = limits.Maximum;
        Increment = limits.Increment;
    }

    /// <summary><c>threads_min</c></summary>
    public int Minimum { get; }

    /// <summary><c>threads_max</c></summary>
    public int Maximum { get; private set; }

    /// <summary><c>threads_incr</c></summary>
    public int Increment { get; private set; }

    /// <summary>How many there are at present.</summary>
    public int Supply { get; private set; }

    public int InUse { get; private set; }

    public int Highest { get; private set; }

    public long Exhausted { get; private set; }

    /// <summary>Takes a slot, or puts the operation into the queue for one.</summary>
    public bool TryTake(ISlotWaiter waiter)
    {
        if (InUse >= Supply && !Grow())
        {
            Exhausted++;
            if (!_isExhaustionLogged)
                _logger.OperationsExhausted(Maximum);
            _isExhaustionLogged = true;
            _waiting.Enqueue(waiter);
            return false;
        }
        Take();
        return true;
    }

    /// <summary>Takes a slot past any limit: for who must be able to look at a stack that others have filled.</summary>
    public void Take() => Highest = Math.Max(Highest, ++InUse);

    /// <summary>The operation is done; its slot is the next one's that waits.</summary>
    public void Return()
    {
        InUse--;
        Serve();
    }

    public void AddTo(SysctlTree tree)
    {
        SysctlGroup threads = tree.Group("qnx.threads");
        threads.ReadOnly("min", "Operations of clients that may be under way at first (threads_min)", () => Minimum);
        threads.Number("max", "What that may grow to (threads_max)", () => Maximum, SetMaximum, OperationLimits.LeastMinimum, 1_000_000);
        threads.Number("incr", "By how many it grows when it's used up (threads_incr)", () => Increment, v => Increment = v, 1, 1_000_000);
        threads.ReadOnly("supply", "How many there are at present", () => Supply);
        threads.ReadOnly("inuse", "How many are in use", () => InUse);
        threads.ReadOnly("highest", "The most that were in use at one time", () => Highest);
        threads.ReadOnly("exhausted", "Operations that had to wait for one", () => Exhausted);
    }

    private void SetMaximum(int maximum)
    {
        Maximum = maximum;
        Supply = Math.Min(Supply, maximum);
        _isExhaustionLogged = false;
        Serve();
    }

    private bool Grow()
    {
        Supply = Math.Max(Supply, (int)Math.Min((long)Supply + Increment, Maximum));
        return InUse < Supply;
    }

    private void Serve()
    {
        while (_waiting.Count > 0 && (InUse < Supply || Grow()))
        {
            if (_waiting.Dequeue().TakeSlot())
                Take();
        }
    }
}
