"""A throwaway certificate authority: every host name gets a certificate of its own at its first handshake."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Keeps its files in ``folder``; ``certificate`` is the path of its root as PEM."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._site_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample web authority")])
        self._root = self._sign(self._name, self._key, None)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.certificate = folder / "authority.pem"
        self.certificate.write_bytes(self._root.public_bytes(serialization.Encoding.PEM))
        self._key_file = folder / "site-key.pem"
        self._key_file.write_bytes(
            self._site_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def server_context(self) -> ssl.SSLContext:
        """A context for a listener: the certificate follows the name that the client asks for."""
        context = self._context("localhost")
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name:
            connection.context = self._context(name)

    def _context(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
            leaf = self._sign(subject, self._site_key, host)
            path = self._folder / f"{len(self._contexts)}.pem"
            path.write_bytes(b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (leaf, self._root)))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path, self._key_file)
            self._contexts[host] = context
        return self._contexts[host]

    def _sign(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, host: str | None) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=90))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())
