"""Whom the page pretends to be."""
