"""A time-stamp authority on loopback: `openssl ts -reply` behind a tiny server, with certificates of its own."""

import subprocess
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/root.pem
signer_key = {folder}/signer-key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class TimestampAuthority:
    """Keeps its files in ``folder``. ``certificate``: its root as PEM; ``url``, ``address`` (ip:port) while open.
    Entered again it is at the same address. ``asked``: set at a question; ``answering`` not set: answers wait."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.certificate = folder / "root.pem"
        self._lock = threading.Lock()
        self._port = 0
        self.asked = threading.Event()
        self.answering = threading.Event()  # cleared: each question waits, thirty seconds at most
        self.answering.set()
        _write_certificates(folder)
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(_CONFIG.format(folder=folder))

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._port = int(self._server.server_address[1])
        self.address = f"127.0.0.1:{self._port}"
        self.url = f"http://{self.address}/tsr"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, query: bytes) -> bytes:
        """The response to a time-stamp query, as openssl makes it."""
        with self._lock, tempfile.TemporaryDirectory() as folder:  # one serial number at a time
            asked, answered = Path(folder) / "query.tsq", Path(folder) / "reply.tsr"
            asked.write_bytes(query)
            words = ["openssl", "ts", "-reply", "-config", str(self._folder / "openssl.cnf")]
            subprocess.run([*words, "-queryfile", asked, "-out", answered], check=True, capture_output=True, timeout=30)
            return answered.read_bytes()

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> bytes:
        """Stands in for the crawler's way out, without a network."""
        return self.reply(body)


def _handler(authority: TimestampAuthority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), 65_536))
            authority.asked.set()
            authority.answering.wait(30)
            answer = authority.reply(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Says nothing."""

    return Handler


def _write_certificates(folder: Path) -> None:
    root_key, signer_key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name, signer_name = _name("Sample time-stamp root"), _name("Sample time-stamp authority")
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    root = _builder(root_name, root_name, root_key).add_extension(x509.BasicConstraints(True, None), critical=True)
    signer = _builder(signer_name, root_name, signer_key).add_extension(usage, critical=True)
    signer = signer.add_extension(_key_usage(), critical=True)
    _write_pem(folder / "root.pem", root.sign(root_key, hashes.SHA256()))
    _write_pem(folder / "signer.pem", signer.sign(root_key, hashes.SHA256()))
    (folder / "signer-key.pem").write_bytes(
        signer_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=3650))
    )


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(True, True, False, False, False, False, False, False, False)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _write_pem(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
