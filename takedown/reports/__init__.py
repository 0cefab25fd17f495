"""Everything that is written to somebody: letters, mails, machine-readable reports, annexes, forms."""
