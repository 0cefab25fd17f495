"""How good detection is: labelled samples judged by the real path, and figures that do not flatter."""
