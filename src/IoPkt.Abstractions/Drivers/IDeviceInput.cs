namespace IoPkt;

/// <summary>How a device with a thread of its own, and no descriptor to poll, hands over what it received.</summary>
public interface IDeviceInput
{
    /// <summary>Takes the frames, from any thread, without blocking. What the stack has no room for is dropped and counted.</summary>
    void Deliver(ref MbufQueue frames);
}

/// <summary>A device that delivers its frames itself. It's given its input before <see cref="IDevice.Start"/>.</summary>
public interface IDeliveringDevice : IDevice
{
    IDeviceInput? Input { get; set; }
}
