"""Signals of our own, for components that follow a sweep."""

target_recorded = object()
"""Sent after a target's result is durable. Arguments: ``examination``, ``at``."""
