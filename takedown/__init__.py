"""Answers «whom do we tell, and did it come down?»: cases, their states, and the command line."""
