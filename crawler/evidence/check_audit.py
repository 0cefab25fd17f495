"""Recomputes a bundle's audit.jsonl, ties it to the manifests beside it, lists foreign files: python3 check_audit.py"""

import hashlib
import json
import sys
from pathlib import Path


def main() -> int:
    """0 where everything holds, 1 with one line a fault."""
    faults, sealed, withheld, previous = [], {}, 0, ""
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
        previous = digest
    folders = sorted(Path().glob("observation-*"))
    for folder in folders:
        manifest = hashlib.sha256((folder / "manifest.sha256").read_bytes()).hexdigest()
        if sealed.get(f"observation:{int(folder.name.rpartition('-')[2])}") != manifest:
            faults.append(f"{folder} is not what the log says was sealed")
    faults += [f"{path} is foreign: no list of the bundle names it" for path in foreign()]
    good = f"OK: the log holds, {len(folders)} observations are in it, {withheld} entries of other matters withheld"
    sys.stdout.write("\n".join(faults or [good]) + "\n")
    return 1 if faults else 0


def foreign() -> list[str]:
    """Files and links that neither SHA256SUMS nor a folder's manifest names, the lists themselves aside."""
    here = sorted(path for path in Path().rglob("*") if path.is_symlink() or not path.is_dir())
    listed = {"SHA256SUMS"} | names(Path("SHA256SUMS"))
    stray = [str(path) for path in here if path.as_posix() not in listed]
    for folder in Path().glob("observation-*"):
        own = names(folder / "manifest.sha256") | {"manifest.sha256", "manifest.tsr"}
        stray += [
            str(path) for path in here if folder in path.parents and path.relative_to(folder).as_posix() not in own
        ]
    return sorted(set(stray))


def names(sums: Path) -> set[str]:
    """What a list of sha256sum's names; nothing where there is no such list."""
    if not sums.is_file():
        return set()
    return {line.partition("  ")[2] for line in sums.read_text(encoding="utf-8").splitlines()}


def canonical(entry: object) -> bytes:
    """The form over which each entry's digest was computed: sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main())
