"""One folder a site: its site.toml is checked on loading, and a fault names the file and the field."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

FOLDER = Path(__file__).parent / "sites"
LABELS = ("fraud", "honest", "state")
LEVELS = ("", "unknown", "clean", "watch", "suspicious", "likely", "near_certain")
BEHAVIOURS = ("page", "redirect", "slow", "drip", "close_early", "cloak", "status", "charset", "download")
PICTURES = ("vietqr", "product", "banner", "badge", "portrait", "chart", "logo", "seal")


class SiteError(ValueError):
    """A site.toml does not hold what it must; the message names file and field."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path with a behaviour of its own; ``file`` is a page of the site's folder."""

    path: str
    behaviour: str = "page"
    file: str = ""
    phone_file: str = ""
    to: str = ""
    status: int = 200
    seconds: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    charset: str = "utf-8"
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn when the web starts. ``kind`` is one of PICTURES, ``options`` what its painter needs."""

    path: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)


@dataclass(frozen=True, slots=True)
class Site:
    """A sample site with what is expected of whoever judges it."""

    name: str
    kind: str
    folder: Path
    hosts: tuple[str, ...]
    label: str
    category: str
    why: str
    design: str
    https: bool = True
    start: str = "/"
    level_floor: str = ""
    level_ceiling: str = ""
    outcome: str = "read"
    telling: tuple[str, ...] = ()
    robots: str = ""
    server: str = "nginx"
    listen: bool = True
    routes: tuple[Route, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def url(self) -> str:
        """Where a visitor starts."""
        return f"{'https' if self.https else 'http'}://{self.hosts[0]}{self.start}"


_DERIVED = {"name", "kind", "folder", "routes", "pictures"}
_SITE_KEYS = frozenset(part.name for part in fields(Site)) - _DERIVED | {"route", "image"}
_ROUTE_KEYS = frozenset(part.name for part in fields(Route))


def load_sites(folder: Path = FOLDER) -> tuple[Site, ...]:
    """Every site below ``folder``, sorted by kind and name.

    Raises SiteError when a site.toml is faulty or two sites claim one host.
    """
    sites = tuple(load_site(path) for path in sorted(folder.glob("*/*/site.toml")))
    owners: dict[str, str] = {}
    for site in sites:
        for host in site.hosts:
            if host in owners:
                raise SiteError(f"{site.folder}/site.toml: host {host} is already taken by {owners[host]}")
            owners[host] = site.name
    return sites


def load_site(path: Path) -> Site:
    """The site described by one site.toml. Raises SiteError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SiteError(f"{path}: {error}") from error
    _refuse_unknown(path, "site", set(data), _SITE_KEYS)
    routes = tuple(_route(path, entry) for entry in data.pop("route", []))
    pictures = tuple(_picture(path, entry) for entry in data.pop("image", []))
    for name in ("hosts", "telling"):
        data[name] = tuple(data.get(name, ()))
    try:
        site = Site(
            name=path.parent.name,
            kind=path.parent.parent.name,
            folder=path.parent,
            routes=routes,
            pictures=pictures,
            **data,
        )
    except TypeError as error:
        raise SiteError(f"{path}: {error}") from error
    _check(path, site)
    return site


def _route(path: Path, entry: dict[str, object]) -> Route:
    _refuse_unknown(path, "route", set(entry), _ROUTE_KEYS)
    headers = tuple((str(name), str(value)) for name, value in dict(entry.pop("headers", {})).items())  # type: ignore[call-overload]
    return Route(**entry, headers=headers)  # type: ignore[arg-type]


def _picture(path: Path, entry: dict[str, object]) -> Picture:
    try:
        where, kind = str(entry.pop("path")), str(entry.pop("kind"))
    except KeyError as error:
        raise SiteError(f"{path}: an [[image]] has no {error}") from error
    return Picture(where, kind, tuple((name, str(value)) for name, value in entry.items()))


def _refuse_unknown(path: Path, what: str, found: set[str], known: frozenset[str]) -> None:
    if unknown := sorted(found - known):
        raise SiteError(f"{path}: unknown {what} field {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _check(path: Path, site: Site) -> None:
    """Raises SiteError at the first field that does not hold a usable value."""
    faults = [
        (not site.hosts, "hosts is empty"),
        (any(not host.endswith(".example") for host in site.hosts), "every host must end in .example"),
        (site.label not in LABELS, f"label must be one of {LABELS}"),
        (site.level_floor not in LEVELS or site.level_ceiling not in LEVELS, f"levels must be among {LEVELS}"),
        (site.label == "fraud" and not site.level_floor, "a fraud needs level_floor"),
        (site.label == "honest" and not site.level_ceiling, "an honest site needs level_ceiling"),
        (not site.why, "why is empty"),
        (any(route.behaviour not in BEHAVIOURS for route in site.routes), f"behaviour must be one of {BEHAVIOURS}"),
        (any(picture.kind not in PICTURES for picture in site.pictures), f"image kind must be one of {PICTURES}"),
    ]
    for faulty, message in faults:
        if faulty:
            raise SiteError(f"{path}: {message}")
