namespace IoPkt.Stack;

/// <summary>Finding the counters that several objects of a stack share.</summary>
internal static class CounterGroups
{
    /// <summary>The stack's group of this kind; the first who asks adds it.</summary>
    public static T GetCounters<T>(this NetworkStack stack) where T : CounterGroup, new()
    {
        foreach (CounterGroup group in stack.Counters)
        {
            if (group is T found)
                return found;
        }
        T added = new();
        stack.Counters.Add(added);
        return added;
    }
}
