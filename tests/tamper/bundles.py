"""Random harm to an unpacked bundle, and the checks that its README names, as a third party runs them."""

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

from tests.crawler.evidence.mutation import mutate
from tests.tamper.archive import Archive
from tests.tamper.logbook import chain
from tests.tamper.mutations import Harm


def judged(archive: Archive) -> str:
    """The first of the bundle's own checks that objects, "" where none does."""
    folder = archive.bundle
    checks = [(["sha256sum", "-c", "--quiet", "SHA256SUMS"], folder)]
    pieces = sorted(folder.glob("observation-*"))
    checks += [(["sha256sum", "-c", "--quiet", "manifest.sha256"], piece) for piece in pieces]
    checks += [([sys.executable, "-I", "check_audit.py"], folder)]
    for piece in pieces:
        words = ["openssl", "ts", "-verify", "-data", "manifest.sha256", "-in", "manifest.tsr"]
        if (piece / "manifest.tsr").exists():
            checks.append(([*words, "-CAfile", str(archive.roots)], piece))
    for words, place in checks:
        if subprocess.run(words, cwd=place, capture_output=True, timeout=60, check=False).returncode:
            return "check_audit.py" if "check_audit.py" in words else words[0]
    return ""


def files(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.bundle.rglob("*") if path.is_file())


def name_of(archive: Archive, path: Path) -> str:
    return path.relative_to(archive.bundle).as_posix()


def sum_anew(archive: Archive, *, manifests: bool) -> None:
    """SHA256SUMS, and with ``manifests`` each folder's manifest, made true of what is there now."""
    if manifests:
        for piece in archive.bundle.glob("observation-*"):
            _sum(piece / "manifest.sha256", piece, {"manifest.sha256", "manifest.tsr"})
    _sum(archive.bundle / "SHA256SUMS", archive.bundle, {"SHA256SUMS"})


def _sum(listing: Path, folder: Path, left_out: set[str]) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in left_out - {folder.name})
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in paths]
    listing.write_text("".join(lines), "utf-8")


def edit(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(files(archive))
    path.write_bytes(mutate(path.read_bytes(), chance))
    return f"{name_of(archive, path)} changed"


def truncate(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(files(archive))
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])
    return f"{name_of(archive, path)} cut"


def delete(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(files(archive))
    path.unlink()
    return f"{name_of(archive, path)} deleted"


def add(archive: Archive, chance: random.Random) -> str:
    pieces = [archive.bundle, *sorted(archive.bundle.glob("observation-*"))]
    path = chance.choice(pieces) / chance.choice(["extra.html", ".hidden", "dom2.html", "manifest.sha256.bak"])
    path.write_bytes(chance.randbytes(9))
    return f"{name_of(archive, path)} added"


def swap(archive: Archive, chance: random.Random) -> str:
    one, other = chance.sample(files(archive), 2)
    first, second = one.read_bytes(), other.read_bytes()
    if first == second:
        return ""
    one.write_bytes(second)
    other.write_bytes(first)
    return f"{name_of(archive, one)} and {name_of(archive, other)} swapped"


def redigest(archive: Archive, chance: random.Random) -> str:
    """A sealed file changed, every sum made right, and perhaps the log's extract as well."""
    sealed = [p for p in files(archive) if p.parent != archive.bundle and not p.name.startswith("manifest")]
    path = chance.choice(sealed)
    path.write_bytes(mutate(path.read_bytes(), chance))
    sum_anew(archive, manifests=True)
    return f"{name_of(archive, path)} changed and all sums made anew"


def redate(archive: Archive, chance: random.Random) -> str:
    path = chance.choice(sorted(archive.bundle.glob("observation-*/visit.json")))
    recipe = json.loads(path.read_text("utf-8"))
    recipe[chance.choice(["started_at", "finished_at", "sealed_at"])] = "2025-05-05T00:00:00.000000Z"
    path.write_text(json.dumps(recipe), "utf-8")
    sum_anew(archive, manifests=chance.random() < 0.5)
    return f"{name_of(archive, path)} re-dated, sums made anew"


def relist(archive: Archive, chance: random.Random) -> str:
    """What the bundle says of its visits outside of the sealed folders."""
    path = archive.bundle / "bundle.json"
    told = json.loads(path.read_text("utf-8"))
    entry = chance.choice(told["observations"])
    entry[chance.choice(["url", "final_url", "observed_at", "outcome", "vantage"])] = "https://other.example/"
    path.write_text(json.dumps(told), "utf-8")
    sum_anew(archive, manifests=False)
    return "bundle.json changed, sums made anew"


def rewrite_log(archive: Archive, chance: random.Random) -> str:
    """Lines of the extract changed, reordered or cut, all sums made right."""
    path = archive.bundle / "audit.jsonl"
    lines = path.read_text("utf-8").splitlines()
    at = chance.randrange(len(lines))
    way = chance.choice(["reorder", "cut tail", "edit", "leave out", "repeat"])
    if way == "reorder":
        other = chance.randrange(len(lines))
        if at == other:
            return ""
        lines[at], lines[other] = lines[other], lines[at]
    elif way == "cut tail":
        lines = lines[:at]
    elif way == "edit":
        entry = json.loads(lines[at])
        entry["previous" if "actor" not in entry else "actor"] = "somebody else"
        lines[at] = json.dumps(entry)
    elif way == "leave out":
        del lines[at]
        if at in {0, len(lines)} and "action" not in json.loads(path.read_text("utf-8").splitlines()[at]):
            return ""
    else:
        lines.insert(at, lines[at])
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    sum_anew(archive, manifests=False)
    return f"audit.jsonl: {way} at line {at + 1}, sums made anew"


def forge_all(archive: Archive, chance: random.Random) -> str:
    """A file of a stamped visit changed, and sums, manifest and the log's extract all made to agree with it."""
    stamped = sorted(path.parent for path in archive.bundle.glob("observation-*/manifest.tsr"))
    piece = chance.choice(stamped)
    path = chance.choice([p for p in sorted(piece.iterdir()) if not p.name.startswith("manifest")])
    old = hashlib.sha256((piece / "manifest.sha256").read_bytes()).hexdigest()
    path.write_bytes(mutate(path.read_bytes(), chance))
    sum_anew(archive, manifests=True)
    new = hashlib.sha256((piece / "manifest.sha256").read_bytes()).hexdigest()
    extract = archive.bundle / "audit.jsonl"
    entries = [json.loads(line) for line in extract.read_text("utf-8").replace(old, new).splitlines()]
    own = [entry for entry in entries if "action" in entry]
    forged = chain(own, previous=entries[0]["previous"], first=entries[0]["sequence"])
    extract.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in forged), "utf-8")
    sum_anew(archive, manifests=True)
    return f"{name_of(archive, path)} changed, and sums, manifest and log made to agree"


BUNDLE_HARMS = (
    Harm("edit", edit),
    Harm("edit", relist),
    Harm("delete", delete),
    Harm("add", add),
    Harm("truncate", truncate),
    Harm("swap", swap),
    Harm("re-digest", redigest),
    Harm("re-digest", forge_all),
    Harm("re-date", redate),
    Harm("reorder", rewrite_log),
)
