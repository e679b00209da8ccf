"""A run on disk: directory, history, results."""
