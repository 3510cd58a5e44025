"""Load on a real server: `./run bench`. docs/benchmarks.md explains the figures."""
