"""Recomputes a bundle's audit.jsonl and ties it to the manifests beside it; Python 3 alone: python3 check_audit.py"""

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
    good = f"OK: the log holds, {len(folders)} observations are in it, {withheld} entries of other matters withheld"
    sys.stdout.write("\n".join(faults or [good]) + "\n")
    return 1 if faults else 0


def canonical(entry: object) -> bytes:
    """The form over which each entry's digest was computed: sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    sys.exit(main())
