using IoPkt.Daemon.Threads.Native;
using IoPkt.Stack;

namespace IoPkt.Daemon.Threads;

/// <summary>What one wait of a packet thread brought: frames already received, descriptors that are ready, the timer. It's reused for ever.</summary>
internal sealed class PacketBatch(StackContext context, SemaphoreSlim done) : WorkItem
{
    private readonly Input[] _inputs = new Input[Epoll.MaximumEvents];
    private readonly Readiness[] _ready = new Readiness[Epoll.MaximumEvents];
    private int _inputCount;
    private int _readyCount;
    private bool _timerFired;

    public bool IsEmpty => _inputCount == 0 && _readyCount == 0 && !_timerFired;

    public bool InputFull => _inputCount == _inputs.Length;

    public void AddInput(NetworkInterface receiver, ref MbufQueue frames)
    {
        ref Input input = ref _inputs[_inputCount++];
        input.Interface = receiver;
        input.Frames.Append(ref frames);
    }

    public void AddReady(PollSlot slot, PollEvents events) => _ready[_readyCount++] = new Readiness { Slot = slot, Events = events };

    public void AddTimer() => _timerFired = true;

    public override void Execute(NetworkStack stack)
    {
        if (_timerFired)
            context.TimerFired();
        // No reference may stay behind here: an interface's driver must be able to unload, a closed socket to go.
        for (int i = 0; i < _inputCount; i++)
        {
            ref Input input = ref _inputs[i];
            try
            {
                stack.Input(input.Interface!, ref input.Frames);
            }
#pragma warning disable CA1031 // One malformed packet that finds a defect must not stop the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                context.Fault("input", e);
                input.Interface!.Received.AddErrors(input.Frames.FreeAll());
            }
            input = default;
        }
        for (int i = 0; i < _readyCount; i++)
        {
            _ready[i].Slot!.Notify(_ready[i].Events, context);
            _ready[i] = default;
        }
        _inputCount = _readyCount = 0;
        _timerFired = false;
        done.Release();
    }

    private struct Input
    {
        public NetworkInterface? Interface;
        public MbufQueue Frames;
    }

    private struct Readiness
    {
        public PollSlot? Slot;
        public PollEvents Events;
    }
}
