"""Content codings, where evidence looks for them."""

from crawler.codings import decode_content

__all__ = ["decode_content"]
