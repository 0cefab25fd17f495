"""Steps from an examination to its rows, one a file."""
