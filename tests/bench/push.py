"""Push: the app's own sender against the naive loop of `webpush()`, and against what the encryption alone costs. Over TLS, to a receiver of another process."""

import asyncio
import datetime
import ipaddress
import json
import os
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter, process_time
from uuid import uuid4

import http_ece
import pywebpush
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from server.push.delivery import Sender
from server.push.keys import signer
from server.push.message import Device, Message, payload, topic_of
from server.settings import Settings
from tests.bench.process import running
from tests.bench.report import Line, Section, middle

ROUNDS, SECONDS = 5, 25.0
NAIVE, OURS, ENCRYPTED = 40, 1024, 400


def measure(folder: Path) -> Section:
    """The measuring happens in a process that trusts the run's own authority, as an operator would tell it to: by the environment."""
    folder = folder / "push"
    folder.mkdir()
    authority, _, _ = certificates(folder)
    trust = {"SSL_CERT_FILE": str(authority), "REQUESTS_CA_BUNDLE": str(authority), "NO_PROXY": "*"}
    with running("-m", "tests.bench.receiver", str(folder), say=-1) as receiver:
        assert receiver.stdout is not None
        port = receiver.stdout.readline().strip()
        with running("-m", "tests.bench.push", str(folder), port, environment=trust, say=-1) as sending:
            said, _ = sending.communicate(timeout=120)
    found = json.loads(said)
    rates = {name: middle(found[name]) for name in ("ours", "naive", "encrypted")}
    faster = middle(ours / naive for ours, naive in zip(found["ours"], found["naive"], strict=True))
    of_floor = middle(ours / floor for ours, floor in zip(found["ours"], found["encrypted"], strict=True))
    return Section(
        "Push over TLS to a push service in another process",
        [
            Line("the app's sender", rates["ours"], "messages/s", note=f"{OURS} to one service, {found['refused']} not delivered"),
            Line("v naive loop of webpush()", rates["ours"], "messages/s", rates["naive"], "messages/s", faster, 6, "least"),
            Line("v RFC 8291 encryption alone", rates["ours"], "messages/s", rates["encrypted"], "messages/s", of_floor, 0.2, "least"),
            Line("processor time a message", middle(found["cpu"]), "ms CPU", 1000 / rates["encrypted"], "ms encryption"),
        ],
        "Certificates are checked on every connection: the run's own authority is trusted through SSL_CERT_FILE.",
    )


def certificates(folder: Path) -> tuple[Path, Path, Path]:
    """An authority of the run's own, and a certificate for 127.0.0.1 signed by it: paths of authority, certificate, key."""
    now = datetime.datetime.now(datetime.UTC)

    def made(name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, authority: bool) -> bytes:
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder().subject_name(named).issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, key_cert_sign=authority, crl_sign=authority, content_commitment=False, key_encipherment=False, data_encipherment=False,
                    key_agreement=False, encipher_only=False, decipher_only=False,
                ), critical=True,
            )
        )  # fmt: skip
        return builder.sign(by, SHA256()).public_bytes(Encoding.PEM)

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    paths = folder / "authority.pem", folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made("Spoor bench authority", root, "Spoor bench authority", root, True))
    paths[1].write_bytes(made("127.0.0.1", leaf, "Spoor bench authority", root, False))
    paths[2].write_bytes(leaf.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def _message(port: str) -> Message:
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": urlsafe_b64encode(point).decode().rstrip("="), "auth": urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")}
    told = payload(title="Hoe was het?", body="Vertel er iets over.", navigate="https://spoor.example/", language="nl", tag="t")
    made = uuid4()
    return Message(device=Device(made, f"https://127.0.0.1:{port}/push/{made}", **keys), payload=told, topic=topic_of("tell", made), lasts=datetime.timedelta(hours=4))


def _rate(count: int, work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return count / (perf_counter() - began)


def main(folder: Path, port: str) -> None:
    """Rounds of all three in turn; prints the rates as JSON."""
    settings = Settings(data=folder, push_hosts=(f"127.0.0.1:{port}",), push_contact="mailto:bench@school.example")
    found: dict[str, list[float]] = {"ours": [], "naive": [], "encrypted": [], "cpu": []}
    messages, refused, until = [_message(port) for _ in range(OURS)], 0, monotonic() + SECONDS
    key = signer(settings)

    def naive() -> None:
        for message in messages[:NAIVE]:
            device = message.device
            told = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
            pywebpush.webpush(told, message.payload, vapid_private_key=key, vapid_claims={"sub": settings.contact}, ttl=3600)

    def encrypted() -> None:
        for message in messages[:ENCRYPTED]:
            point, secret = (pywebpush.base64.urlsafe_b64decode(part + "==") for part in (message.device.p256dh, message.device.auth))
            http_ece.encrypt(message.payload, private_key=ec.generate_private_key(ec.SECP256R1()), dh=point, auth_secret=secret, version="aes128gcm")

    async def rounds() -> None:
        nonlocal refused
        async with Sender(settings) as sender:
            await sender.deliver(messages[:256])
            for turn in range(ROUNDS):
                if turn > 2 and monotonic() > until:
                    break
                found["naive"].append(_rate(NAIVE, naive))
                found["encrypted"].append(_rate(ENCRYPTED, encrypted))
                began, worked = perf_counter(), process_time()
                outcomes = await sender.deliver(messages)
                found["ours"].append(len(outcomes) / (perf_counter() - began))
                found["cpu"].append((process_time() - worked) / len(outcomes) * 1000)
                refused += sum(outcome.result != "delivered" for outcome in outcomes)

    asyncio.run(rounds())
    print(json.dumps({**found, "refused": refused}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
