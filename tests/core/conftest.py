"""What tests of time-stamps share: an authority of their own, which openssl acts as."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

_CONFIG = """[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
clock_precision_digits = {digits}
"""
_TST_INFO = "1.2.840.113549.1.9.16.1.4"


class Authority:
    """A root and the certificates it issued to time-stamp signers, by name: ``ec``, ``rsa``, ``expired``, ``mail``."""

    def __init__(self, folder: Path, openssl: str) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec, rsa
        from cryptography.x509.oid import ExtendedKeyUsageOID

        self.folder, self.openssl, self._count = folder, openssl, 0
        self._key: Any = ec.generate_private_key(ec.SECP256R1())
        self._root = self._issue("Test Root", self._key)
        (folder / "root.pem").write_bytes(_pem(self._root))
        (folder / "serial").write_text("01\n")
        stamps, mail = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION
        kinds = (("ec", stamps, 3650), ("rsa", stamps, 3650), ("expired", stamps, -1), ("mail", mail, 3650))
        for name, usage, days in kinds:
            key: Any = (
                rsa.generate_private_key(65537, 2048) if name == "rsa" else ec.generate_private_key(ec.SECP256R1())
            )
            (folder / f"{name}.pem").write_bytes(_pem(self._issue(f"Signer {name}", key, usage, days)))
            (folder / f"{name}.key").write_bytes(_private(key))

    @property
    def roots(self) -> Path:
        """The root's certificate, PEM."""
        return self.folder / "root.pem"

    def reply(
        self,
        request: bytes,
        signer: str = "ec",
        *,
        chain: bool = False,
        digests: str = "sha256",
        ess: str = "sha256",
        digits: int = 0,
    ) -> bytes:
        """A reply; with the ``chain`` the root's certificate comes along, in the order in which openssl puts it."""
        (self.folder / "q.tsq").write_bytes(request)
        (self.folder / "tsa.cnf").write_text(_CONFIG.format(digests=digests, ess=ess, digits=digits))
        command = ["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr"]
        command += ["-signer", f"{signer}.pem", "-inkey", f"{signer}.key", *(["-chain", "root.pem"] if chain else [])]
        self._run(command)
        return (self.folder / "r.tsr").read_bytes()

    def signed(self, content: bytes, signer: str = "ec", extra: Sequence[str] = ("-cades",)) -> bytes:
        """A reply around any content that is said to be a time-stamp."""
        (self.folder / "content").write_bytes(content)
        command = [
            "cms",
            "-sign",
            "-binary",
            "-in",
            "content",
            "-nodetach",
            "-econtent_type",
            _TST_INFO,
            "-md",
            "sha256",
        ]
        command += ["-signer", f"{signer}.pem", "-inkey", f"{signer}.key", "-outform", "DER", "-out", "cms", *extra]
        self._run(command)
        return _sequence(_sequence(b"\x02\x01\x00") + (self.folder / "cms").read_bytes())

    def _run(self, command: list[str]) -> None:
        done = subprocess.run([self.openssl, *command], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def _issue(self, name: str, key: Any, usage: Any = None, days: int = 3650) -> Any:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import NameOID

        self._count += 1
        names = [(NameOID.ORGANIZATION_NAME, "Test Authority"), (NameOID.COMMON_NAME, name)]
        subject = x509.Name([x509.NameAttribute(*each) for each in names])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._root.subject if usage else subject)
            .public_key(key.public_key())
            .serial_number(self._count)
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        )
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        if usage:
            made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        return made.sign(self._key, hashes.SHA256())


def _sequence(content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([0x30, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([0x30, 0x80 | len(size)]) + size + content


def _pem(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return bytes(certificate.public_bytes(Encoding.PEM))


def _private(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A time-stamp authority; the test is skipped where openssl is absent."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here")
    return Authority(tmp_path_factory.mktemp("authority"), openssl)
