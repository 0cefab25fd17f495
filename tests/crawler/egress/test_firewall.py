"""The kernel's default-deny, in a network namespace: what the user of the crawler may reach, and nobody else's loss."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RECIPE = Path(__file__).parents[3] / "crawler" / "egress" / "lachan.nft"
USER = 65_321  # nobody's

# Runs in a namespace of its own: addresses of every kind lie on its loopback, with a listener on each.
WITHIN = """
import os, socket, subprocess, sys
recipe, user = sys.argv[1], int(sys.argv[2])
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
for address in ("10.9.0.1/32", "169.254.169.254/32", "1.2.3.4/32", "fd00::9/128", "2a00::9/128"):
    subprocess.run(["ip", "addr", "add", address, "dev", "lo", *(["nodad"] if ":" in address else [])], check=True)
text = open(recipe).read().replace('"lachan"', str(user))
subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)
places = [("127.0.0.1", 40123), ("127.0.0.1", 5432), ("10.9.0.1", 80), ("169.254.169.254", 80), ("1.2.3.4", 80),
          ("1.2.3.4", 43), ("1.2.3.4", 22), ("fd00::9", 80), ("2a00::9", 443), ("2a00::9", 25), ("::1", 80)]
listeners = [socket.create_server(p, family=socket.AF_INET6 if ":" in p[0] else socket.AF_INET) for p in places]

def reached(place):
    try:
        socket.create_connection(place, timeout=2).close()
        return True
    except OSError:
        return False

def sent(place):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(place); probe.send(b"x"); probe.send(b"x")
            return True
        except OSError:
            return False

assert all(map(reached, places)), "another user is not touched"
os.setgid(user); os.setuid(user)
print([f"{ip} {port}" for ip, port in places if reached((ip, port))], sent(("1.2.3.4", 3478)))
"""


def may_try() -> str:
    if os.geteuid() != 0 or not shutil.which("nft") or not shutil.which("ip"):
        return "needs root, nft and ip"
    done = subprocess.run(["unshare", "-n", "nft", "list", "ruleset"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "no network namespace with nftables here"


@pytest.mark.skipif(bool(why := may_try()), reason=why)
def test_the_recipe_lets_public_addresses_through_and_nothing_else() -> None:
    words = ["unshare", "-n", sys.executable, "-c", WITHIN, str(RECIPE), str(USER)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['127.0.0.1 40123', '1.2.3.4 80', '1.2.3.4 43', '2a00::9 443'] False"


def test_the_recipe_names_every_block_that_carries_an_inside_address() -> None:
    text = RECIPE.read_text("utf-8")
    for block in (
        "10.0.0.0/8",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
        "64:ff9b::/96",
        "2002::/16",
    ):
        assert block in text
