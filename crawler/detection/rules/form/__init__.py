"""What the forms ask for, and where they send it."""
