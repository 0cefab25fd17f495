"""Carries released notices away, once, and brings the answers in."""
