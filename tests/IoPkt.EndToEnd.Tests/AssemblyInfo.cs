using Xunit.Sdk;
using Xunit.v3;

// Each test has a namespace of its own, but they all measure and load the same two processors.
[assembly: Parallelization(Mode = ParallelMode.None)]
