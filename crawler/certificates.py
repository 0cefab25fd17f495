"""Reads a certificate that somebody else made."""

from cryptography import x509


def load_certificate(der: bytes) -> x509.Certificate:
    """Raises ValueError for what is none, a version that no standard knows among it."""
    try:
        return x509.load_der_x509_certificate(der)
    except x509.InvalidVersion as error:  # the library's one fault of reading that is no ValueError
        raise ValueError(str(error)) from error
