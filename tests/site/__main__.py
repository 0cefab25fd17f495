"""``python -m tests.site serve`` shows the sample web; ``run -- COMMAND`` runs a command that is led to it."""

import argparse
import os
import subprocess
import threading

from tests.site.server import LocalWeb

TARGETS = "{targets}"


def main() -> int:
    """Exit code of the command that was run, or 0 after serving."""
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--kinds", default="", help="fraud, honest, state; comma-separated; empty: all")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("serve", help="serve until interrupted")
    run = actions.add_parser("run", help=f"run a command with the settings; {TARGETS} becomes the start URLs")
    run.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    kinds = [kind for kind in arguments.kinds.split(",") if kind]
    with LocalWeb(kinds=kinds) as web:
        return _serve(web) if arguments.action == "serve" else _run(web, arguments.command)


def _serve(web: LocalWeb) -> int:
    for name, value in web.environment.items():
        print(f"export {name}='{value}'")
    print(f"# authority: {web.authority_file}")
    rules = f"MAP *:80 {web.address}, MAP *:443 {web.tls_address}"
    print(f'# chromium --user-data-dir=/tmp/look --ignore-certificate-errors --host-resolver-rules="{rules}"')
    for entry in web.expectations:
        print(f"{entry.label:7} {entry.category:12} {entry.url}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    return 0


def _run(web: LocalWeb, words: list[str]) -> int:
    command = [word for word in words if word != "--"] if words[:1] == ["--"] else words
    expanded = [part for word in command for part in (web.targets if word == TARGETS else (word,))]
    return subprocess.run(expanded, env={**os.environ, **web.environment}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
