namespace IoPkt.EndToEnd.Tests.Harness;

/// <summary>
/// A few of all combinations, such that every two values of two different dimensions meet in one of them: most faults need no more than two conditions to come together.
/// </summary>
internal static class AllPairs
{
    /// <param name="sizes">How many values each dimension has.</param>
    /// <returns>Rows with the number of a value for each dimension; always the same for the same sizes.</returns>
    public static IEnumerable<int[]> Of(params int[] sizes)
    {
        List<int[]> candidates = [.. Everything(sizes)];
        HashSet<(int, int, int, int)> left = [.. candidates.SelectMany(PairsOf)];
        while (left.Count > 0)
        {
            int[] best = candidates.MaxBy(row => PairsOf(row).Count(left.Contains))!;
            left.ExceptWith(PairsOf(best));
            yield return best;
        }
    }

    /// <summary>The whole product.</summary>
    public static IEnumerable<int[]> Everything(params int[] sizes) =>
        sizes.Aggregate<int, IEnumerable<int[]>>([[]], (rows, size) => rows.SelectMany(row => Enumerable.Range(0, size).Select(value => (int[])[.. row, value])));

    private static IEnumerable<(int, int, int, int)> PairsOf(int[] row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            for (int j = i + 1; j < row.Length; j++)
                yield return (i, row[i], j, row[j]);
        }
    }
}
