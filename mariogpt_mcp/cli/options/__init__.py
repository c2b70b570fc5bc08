"""Shared parts of commands: options, the progress bar, stopping on Ctrl-C, and names of options in error messages."""
