"""``python -m takedown.cli``: the same as `lachan`."""

from takedown.cli import main

main()
