"""The desk for programs: JSON under /api/v1, one bearer token a program, the same services as the pages."""
