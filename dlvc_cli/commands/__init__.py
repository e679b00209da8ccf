"""The commands, one module each: from options to a configuration, the api and a view."""
