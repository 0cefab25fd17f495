"""A certificate-transparency log on loopback: real certificates, real leaves, and the faults that logs have."""

import base64
import hashlib
import json
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGGED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def make_certificate(*names: str, alternative: bool = True, poisoned: bool = False) -> x509.Certificate:
    """A self-signed certificate; ``poisoned`` marks a precertificate."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(LOGGED_AT)
        .not_valid_after(LOGGED_AT + timedelta(days=90))
    )
    if alternative:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    if poisoned:
        builder = builder.add_extension(x509.PrecertPoison(), True)
    return builder.sign(_key(), hashes.SHA256())


def make_leaf(certificate: x509.Certificate, *, precertificate: bool = False) -> bytes:
    """The MerkleTreeLeaf of RFC 6962 for a certificate, or for what is to be signed of it."""
    head = b"\x00\x00" + int(LOGGED_AT.timestamp() * 1000).to_bytes(8, "big")
    if precertificate:
        body = certificate.tbs_certificate_bytes
        head += b"\x00\x01" + hashlib.sha256(b"issuer").digest()
    else:
        from cryptography.hazmat.primitives.serialization import Encoding

        body = certificate.public_bytes(Encoding.DER)
        head += b"\x00\x00"
    return head + len(body).to_bytes(3, "big") + body + b"\x00\x00"


class CtServer:
    """Serves ``leaves`` while entered, at most ``page`` at once; ``faults``: HTTP states to answer with first."""

    def __init__(self, leaves: Sequence[bytes], *, page: int = 3) -> None:
        self.leaves = list(leaves)
        self.page = page
        self.faults: deque[tuple[int, str]] = deque()
        self.claimed: int | None = None  # a tree size other than the real one
        self.root = ""
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                state, retry, body = outer.answer(self.path)
                self.send_response(state)
                if retry:
                    self.send_header("Retry-After", retry)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.address}/log"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """State, Retry-After and body of one request."""
        parts = urlsplit(path)
        self.asked.append(parts.path.rpartition("/")[2] + ("?" + parts.query if parts.query else ""))
        if self.faults:
            state, retry = self.faults.popleft()
            return state, retry, b"{}"
        if parts.path == "/log/ct/v1/get-sth":
            root = self.root or base64.b64encode(hashlib.sha256(b"".join(self.leaves)).digest()).decode()
            size = len(self.leaves) if self.claimed is None else self.claimed
            return 200, "", json.dumps({"tree_size": size, "timestamp": 0, "sha256_root_hash": root}).encode()
        if parts.path == "/log/ct/v1/get-entries":
            asked = parse_qs(parts.query)
            start, end = int(asked["start"][0]), int(asked["end"][0])
            rows = self.leaves[start : min(end + 1, start + self.page)]
            entries = [{"leaf_input": base64.b64encode(leaf).decode(), "extra_data": ""} for leaf in rows]
            return 200, "", json.dumps({"entries": entries}).encode()
        return 404, "", b"<html>nothing here</html>"
