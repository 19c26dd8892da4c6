"""Files in, a design problem out. Doubtful input is refused with its file, row, column and value."""
