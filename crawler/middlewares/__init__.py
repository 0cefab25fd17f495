"""Downloader middlewares: robots.txt, and the record of every exchange."""
