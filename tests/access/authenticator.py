"""An authenticator in software: what a phone or security key would answer."""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass
class Authenticator:
    """`verifies`: it checks who holds it; `origin`: the page that its browser shows."""

    origin: str = "http://localhost"
    verifies: bool = True
    count: int = 0
    counts: bool = True
    handle: str = ""
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, asked: dict[str, Any]) -> str:
        """The answer to a request for a new passkey."""
        options = asked["publicKey"]
        self.handle = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = AttestedCredentialData.create(b"\0" * 16, self.credential, public)
        made = AttestationObject.create("none", self._data(options["rp"]["id"], bytes(data)), {})
        client = self._client(CollectedClientData.TYPE.CREATE, options["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": bytes(made)})

    def use(self, asked: dict[str, Any]) -> str:
        """The answer to a request to use it."""
        options = asked["publicKey"]
        data = bytes(self._data(options["rpId"]))
        client = self._client(CollectedClientData.TYPE.GET, options["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer(parts | {"userHandle": websafe_decode(self.handle)})

    def _data(self, host: str, credential: bytes = b"") -> AuthenticatorData:
        self.count += self.counts
        flags = FLAG.UP | (FLAG.UV if self.verifies else 0) | (FLAG.AT if credential else 0)
        name = sha256(host.encode()).digest()
        return AuthenticatorData(
            AuthenticatorData.create(name, FLAG(flags), self.count, credential)
        )

    def _client(self, type_: str, challenge: str) -> bytes:
        return bytes(CollectedClientData.create(type_, challenge, self.origin))

    def _answer(self, parts: dict[str, bytes]) -> str:
        name = websafe_encode(self.credential)
        response = {key: websafe_encode(value) for key, value in parts.items() if value}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
