"""The web desk: pages over the services of this package. `lachan serve` runs it."""
