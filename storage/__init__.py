"""Keeps what the packages above say, without understanding it: rows, sealed evidence, the audit chain."""
