"""Load on a real server: `./run bench`. What its figures mean: docs/benchmarks.md."""
