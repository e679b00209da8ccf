"""A run on disk: directory, its files read and checked, history, results."""
