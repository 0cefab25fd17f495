"""A file that takes what is typed and does nothing else a visitor sees, such as ``send.php`` beside the page."""

import re
from urllib.parse import urlsplit

from crawler.detection.hosts import host_of, same_site

_SCRIPT = re.compile(r"/(?!index\.|wp-|admin|search)[\w.-]{1,40}\.(?:php|asp)\d?$")


def bare_script(url: str, host: str) -> str:
    """The file's name where ``url`` is such a file on the page's own ``host``; else ""."""
    path = urlsplit(url).path.lower()
    return path.rsplit("/", 1)[-1] if same_site(host_of(url), host) and _SCRIPT.search(path) else ""
