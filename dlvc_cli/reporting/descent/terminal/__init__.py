"""A descent in the terminal: the live map, plain lines, and the table at the end."""
