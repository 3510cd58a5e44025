"""The client's subcommands of ``wordlight``: a public module for each, and `main`, their group.

They are loaded by entry points, one at a time, so that a package that is missing costs one of them.
"""
