"""Whether this machine's name servers answer at all: told apart from names whose own servers fail."""

import socket
import threading
from urllib.parse import urlsplit

from crawler.errors import CrawlerError

SUSPECT_AFTER = 8  # names in a row that nobody said anything about
CONTROL = "data.iana.org"


class NameServersSilentError(CrawlerError):
    """Nobody answers questions about names: whatever is looked at now would seem to be down."""


class NameServers:
    """What look-ups came to, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unanswered: set[str] = set()

    def note(self, name: str, *, answered: bool) -> None:
        """One look-up of ``name``; that a name does not exist is an answer."""
        with self._lock:
            if answered:
                self._unanswered.clear()
            elif len(self._unanswered) < SUSPECT_AFTER:
                self._unanswered.add(name)

    @property
    def suspect(self) -> bool:
        """Whether so many names in a row stayed without an answer that it may not be theirs."""
        with self._lock:
            return len(self._unanswered) >= SUSPECT_AFTER


MACHINES = NameServers()  # this machine has them once, however many policies are made of the settings


def check_name_servers(servers: NameServers, control: str = "") -> None:
    """Raises NameServersSilentError where they are suspect and say nothing about a name that is always there either.

    ``control``: an address of a service that the settings name. Blocks.
    """
    if not servers.suspect:
        return
    name = urlsplit(control).hostname or CONTROL
    try:
        socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if is_silence(error):
            raise NameServersSilentError(
                f"no name server answers ({error.strerror}), not even about {name}; check the network and "
                "/etc/resolv.conf. What was not looked at stays due"
            ) from error
    servers.note(name, answered=True)


def is_silence(error: OSError | UnicodeError) -> bool:
    """Whether an error of getaddrinfo(3) means that nobody answered."""
    return isinstance(error, socket.gaierror) and error.errno in {socket.EAI_AGAIN, socket.EAI_FAIL}
