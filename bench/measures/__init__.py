"""The benchmarks, one file each: a function that measures and returns its result."""
