"""Answers «what is this page, and how sure are we?»: fetch, render, read, detect, enrich, assess."""
