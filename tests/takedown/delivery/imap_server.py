"""A real IMAP server on loopback, with a certificate of its own for `localhost`."""

import imaplib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "desk", "mot-mat-khau"


@dataclass(frozen=True)
class ImapServer:
    """``url``: as LACHAN_IMAP_URL wants it; ``certificate``: what a client must trust."""

    port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@localhost:{self.port}/INBOX"

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """Another client of the same mailbox."""
        with imaplib.IMAP4("localhost", self.port, timeout=20) as client:
            client.starttls(ssl.create_default_context(cafile=str(self.certificate)))
            client.login(USER, PASSWORD)
            client.select("INBOX")
            yield client

    def deliver(self, *mails: bytes) -> None:
        """Puts mails into the folder, unread."""
        with self.opened() as client:
            for mail in mails:
                assert client.append("INBOX", "", "", mail)[0] == "OK"

    def mark_all(self) -> None:
        """As if somebody had read everything."""
        with self.opened() as client:
            client.store("1:*", "+FLAGS", "(\\Seen)")

    def unread(self) -> int:
        """How many mails bear no mark."""
        with self.opened() as client:
            return len(client.search(None, "UNSEEN")[1][0].split())


@contextmanager
def imap_server(folder: Path) -> Iterator[ImapServer]:
    """Runs until the block ends."""
    certificate, key = _write_certificate(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ("--host", "127.0.0.1", "--port", str(port), "--cert", str(certificate), "--key", str(key))
    run = "import sys; from pymap.main import main; sys.exit(main())"
    demo = ("dict", "--demo-user", USER, "--demo-password", PASSWORD, "--demo-data")
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", run, *words, *demo], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield ImapServer(port, certificate)
    finally:
        process.kill()
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                if connection.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the mail server did not start")


def _write_certificate(folder: Path) -> tuple[Path, Path]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "imap.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "imap-key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "imap.pem", folder / "imap-key.pem"
