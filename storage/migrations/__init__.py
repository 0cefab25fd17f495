"""The history of the tables, and how a database is brought up to it."""

HEAD = "0001"  # the newest revision; kept equal to the scripts by a test
