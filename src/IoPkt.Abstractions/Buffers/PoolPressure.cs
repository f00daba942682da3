namespace IoPkt;

/// <summary>How much of a pool is left, of whichever kind of buffer is scarcest.</summary>
public enum PoolPressure
{
    None,
    /// <summary>Less than a quarter: nothing should grow.</summary>
    Low,
    /// <summary>Less than an eighth: what can be had again should be given up.</summary>
    Critical,
    /// <summary>Less than a sixteenth of the small kinds: no user may add anything, else what is held couldn't be sent, nor the acknowledgements received that free it.</summary>
    Dry,
}
