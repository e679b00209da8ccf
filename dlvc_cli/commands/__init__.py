"""The commands, one module each: from options to a configuration, an engine and a view."""
