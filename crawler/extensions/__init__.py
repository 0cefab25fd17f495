"""Components that accompany a sweep: what it shares, its leases, time-stamps, report, progress and interruption."""
