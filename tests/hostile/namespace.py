"""A network of our own with nothing in it but loopback, where the kernel grants one."""

import ctypes
import fcntl
import os
import socket
import struct

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_SIOCSIFFLAGS, _UP, _RUNNING = 0x8914, 0x1, 0x40


def enter_network_of_its_own() -> str:
    """Leave the machine's network for an empty one, for this process and its children; says whether it worked."""
    library = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if library.unshare(_NEWNET) != 0:
        if library.unshare(_NEWUSER | _NEWNET) != 0:
            return f"the machine's own, of which only loopback is used ({os.strerror(ctypes.get_errno())})"
        _keep_identity(user, group)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _UP | _RUNNING))
    return "a namespace of its own with loopback alone"


def _keep_identity(user: int, group: int) -> None:
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123
            file.write(text)
