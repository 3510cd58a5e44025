"""The commands of `wordlight` that run where a server runs: one module for each."""
