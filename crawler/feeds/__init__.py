"""Where new names come from: lists, zone files, certificate logs."""
