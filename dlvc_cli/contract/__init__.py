"""All that a plugin's author reads."""
