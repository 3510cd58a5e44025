"""The client's subcommands of ``wordlight``: a public module for each, and `main`, their group.

Entry points load them one at a time, so that a missing package disables only the ones that need it.
"""
