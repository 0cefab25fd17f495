"""How the page sells."""
