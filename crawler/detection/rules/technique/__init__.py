"""How the page is made, and what it hides."""
