"""Host names judged by themselves: no network, no look-up, only what the letters tell."""
