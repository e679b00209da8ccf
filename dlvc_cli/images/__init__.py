"""Finding and decoding image files."""
