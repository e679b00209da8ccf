"""A run on disk: directory, history, results, and the balance of its classes."""
