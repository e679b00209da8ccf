"""What one sees of a descent: the live map, tables, pictures, animations and the page."""
