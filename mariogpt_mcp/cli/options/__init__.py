"""What several commands share: options, the progress bar, stopping on Ctrl-C, and options named in error messages."""
