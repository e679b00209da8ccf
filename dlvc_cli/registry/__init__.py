"""Finds plugins, isolates broken ones, resolves names, describes what they offer."""
