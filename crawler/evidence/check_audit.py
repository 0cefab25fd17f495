"""Recomputes a bundle's audit.jsonl, ties it to what lies beside it, lists foreign files: python3 check_audit.py"""

import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any


def main() -> int:
    """0 where everything holds, 1 with one line a fault."""
    tokens: dict[str, set[str]] = {}
    faults, sealed, concluded, withheld, previous = [], {}, {}, 0, ""
    for line in Path("audit.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        digest = entry.pop("digest")
        if previous and entry["previous"] != previous:
            faults.append(f"entry {entry['sequence']} does not follow the one before it")
        if "action" not in entry:
            withheld += 1  # another matter: only its place in the chain is shown
        elif hashlib.sha256(canonical(entry)).hexdigest() != digest:
            faults.append(f"entry {entry['sequence']} was altered")
        elif entry["action"] == "observation.sealed":
            sealed[entry["subject"]] = entry["detail"]["manifest"]
        elif entry["action"] == "assessment.recorded":
            concluded[entry["subject"]] = entry["detail"]
        elif entry["action"] == "assessment.names_sealed":  # an owner's name was taken out of the answers
            faults += renewed(concluded.get(entry["subject"], {}), entry)
        if "token" in entry.get("detail", {}):
            tokens.setdefault(entry["subject"], set()).add(entry["detail"]["token"])
        previous = digest
    faults += [fault for folder in folders() for fault in check_folder(folder, sealed, tokens)]
    here = {subject_of(folder) for folder in folders("observation-*", "assessment-*")}
    known = [*sealed, *concluded]
    faults += [f"{subject} is in the log, and not in the bundle" for subject in known if subject not in here]
    faults += [*wrong_conclusions(concluded), *untrue_lists(), *untrue_archive()]
    faults += [f"{path} is foreign: no list of the bundle names it" for path in foreign()]
    what = f"{len(folders())} observations and {len(concluded)} assessments are in it"
    good = f"OK: the log holds, {what}, {withheld} entries of other matters withheld"
    sys.stdout.write("\n".join(faults or [good]) + "\n")
    return 1 if faults else 0


def renewed(told: dict[str, Any], entry: dict[str, Any]) -> list[str]:
    """Puts the digest of answers without a name in place of the one before; a fault where it does not go on from it."""
    known, now = told.get("answers", {}), entry["detail"]["answers"]
    if entry["detail"]["instead_of"] != known.get("sha256") or now["record"] != known.get("record"):
        return [f"entry {entry['sequence']} does not go on from what the log said of the same answers"]
    told["answers"] = now
    return []


def folders(*kinds: str) -> list[Path]:
    """One an observation, or of these kinds."""
    return sorted(folder for kind in kinds or ["observation-*"] for folder in Path().glob(kind))


def subject_of(folder: Path) -> str:
    """What the log calls what is in a folder."""
    kind, _, number = folder.name.rpartition("-")
    return f"{kind}:{int(number) if number.isdecimal() else 0}"


def check_folder(folder: Path, sealed: dict[str, str], tokens: dict[str, set[str]]) -> list[str]:
    """Whether the log knows this manifest and this token."""
    faults, token, known = [], folder / "manifest.tsr", tokens.get(subject_of(folder), set())
    if sealed.get(subject_of(folder)) != sha256(folder / "manifest.sha256"):
        faults.append(f"{folder} is not what the log says was sealed")
    if known and not token.is_file():
        faults.append(f"{token} is gone, and the log knows it")
    elif token.is_file() and sha256(token) not in known:
        faults.append(f"{token} is not what the log says was obtained")
    return faults


def wrong_conclusions(concluded: dict[str, dict[str, Any]]) -> list[str]:
    """Assessments, and answers about the domain, that are not what the log has the digest of."""
    faults, rounds = [], {}
    for folder in folders("assessment-*"):
        told = concluded.get(subject_of(folder), {})
        if told.get("sha256", "not in the log") != sha256(folder / "assessment.json"):
            faults.append(f"{folder} is not what the log says was concluded")
    for told in concluded.values():
        if "answers" in told:
            rounds[f"domain-{told['answers']['record']:06d}"] = told["answers"]["sha256"]
    for name in sorted({*rounds, *map(str, folders("domain-*"))}):
        if rounds.get(name, "not in the log") != sha256(Path(name) / "record.json"):
            faults.append(f"{name} is not what the log says was answered")
            continue
        raw = json.loads((Path(name) / "record.json").read_text(encoding="utf-8"))["raw"]
        faults += [
            f"{name}/{service}.txt is not the answer that came"
            for service, digest in raw.items()
            if sha256(Path(name) / f"{service}.txt") != digest
        ]
        own = {f"{service}.txt" for service in raw} | {"record.json"}
        faults += [
            f"{path} is foreign: {name} names no such answer" for path in Path(name).iterdir() if path.name not in own
        ]
    return faults


def sha256(path: Path) -> str:
    """The digest of a file, "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def untrue_archive() -> list[str]:
    """Archives inside of the packages for replay that are not the folders' own."""
    packed: set[tuple[str, str]] = set()
    for path in sorted(Path().glob("evidence-*.wacz")):
        with zipfile.ZipFile(path) as wacz:
            inside = [name for name in wacz.namelist() if name.startswith("archive/")]
            packed |= {(name, hashlib.sha256(wacz.read(name)).hexdigest()) for name in inside}
    own = {(f"archive/{folder.name}.warc.gz", sha256(folder / "response.warc.gz")) for folder in folders()}
    return [f"evidence-*.wacz: {name} is not what was sealed" for name in sorted({name for name, _ in own ^ packed})]


def untrue_lists() -> list[str]:
    """What bundle.json says of a visit or an assessment otherwise than its own sealed record."""
    faults, lists = [], json.loads(Path("bundle.json").read_text(encoding="utf-8"))
    for entry in lists["assessments"]:
        content = Path(entry["folder"]) / "assessment.json"
        told = json.loads(content.read_text(encoding="utf-8")) if content.is_file() else {}
        faults += [
            f"bundle.json: {name} of {content.parent} is not what was concluded"
            for name in ("url", "host", "assessed_at", "level", "points", "rule_set")
            if entry.get(name) != told.get(name)
        ]
    for entry in lists["observations"]:
        recipe = Path(entry["folder"]) / "visit.json"
        visit = json.loads(recipe.read_text(encoding="utf-8")) if recipe.is_file() else {}
        told = {
            "url": visit.get("requested_url"),
            "final_url": visit.get("final_url"),
            "observed_at": visit.get("started_at"),
            "outcome": visit.get("outcome"),
            "vantage": (visit.get("vantage") or {}).get("name"),
        }
        faults += [
            f"bundle.json: {name} of {recipe.parent} is not what was sealed"
            for name in told
            if not same(entry.get(name), told[name])
        ]
    return faults


def same(shown: object, sealed: object) -> bool:
    """Long addresses are cut in a list, and what no database keeps is replaced there."""
    kept = re.sub("[\x00\ud800-\udfff]", "\ufffd", str(sealed))
    return shown == kept or (str(shown).endswith("\u2026") and kept.startswith(str(shown)[:-1]))


def foreign() -> list[str]:
    """Files and links that neither SHA256SUMS nor a folder's manifest names, the lists themselves aside."""
    here = sorted(path for path in Path().rglob("*") if path.is_symlink() or not path.is_dir())
    listed = {"SHA256SUMS"} | names(Path("SHA256SUMS"))
    stray = [str(path) for path in here if path.as_posix() not in listed]
    for folder in folders():
        own = names(folder / "manifest.sha256") | {"manifest.sha256", "manifest.tsr"}
        stray += [
            str(path) for path in here if folder in path.parents and path.relative_to(folder).as_posix() not in own
        ]
    return sorted(set(stray))


def names(sums: Path) -> set[str]:
    """What a list of sha256sum's names, in lines as we write them; nothing where there is no such list."""
    if not sums.is_file():
        return set()
    lines = sums.read_text(encoding="utf-8").splitlines()
    return {line[66:] for line in lines if re.fullmatch(r"[0-9a-f]{64}  .+", line)}


def canonical(entry: object) -> bytes:
    """The form over which each entry's digest was computed: sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main())
