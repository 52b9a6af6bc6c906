"""Certificates of the tests' own: an authority, and servers it vouches for. Their dates are real ones, for OpenSSL asks no test what time it is."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def really_now() -> datetime:
    """The time outside of the tests."""
    hatch = time_machine.escape_hatch
    return hatch.datetime.datetime.now(tz=UTC) if hatch.is_travelling() else datetime.now(UTC)


class Authority:
    """`Authority(folder)` lays its own certificate in `folder/ca.pem`: trusted by who sets `SSL_CERT_FILE` to that."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path, self._key = folder, folder / "ca.pem", ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the tests")])
        made = self._begun(self._name, self._key, timedelta(days=30)).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.path.write_bytes(made.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def serves(self, *names: str, lasts: timedelta = timedelta(days=30)) -> ssl.SSLContext:
        """What a server needs to be these hosts, for so long; a time before now is a certificate that has ended."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = [x509.IPAddress(ip_address(name)) if name[:1].isdigit() else x509.DNSName(name) for name in names]
        made = self._begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]), key, lasts).add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        pem = self.folder / f"{names[0]}-{lasts.days}.pem"
        pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.sign(self._key, SHA256()).public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.last = pem
        return context

    def _begun(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: timedelta) -> x509.CertificateBuilder:
        now = really_now()
        return (
            x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60)).not_valid_after(now + lasts)
        )  # fmt: skip
