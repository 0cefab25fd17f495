"""What the host name and its registration tell."""
