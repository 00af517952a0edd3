"""An OpenID provider on this machine, for the tests; it can be told to lie."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET = "tocsin", "a shared secret"


@dataclass
class FakeProvider:
    """`lies`: claims (or None to leave one out) in place of the true ones."""

    issuer: str
    claims: dict[str, Any]
    lies: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    name: str = "first"
    signs_with: Any = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def visited(self, address: str) -> dict[str, str]:
        """The person signs in there: `code` and `state` for the way back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return {"code": code, "state": query["state"]}

    def document(self) -> dict[str, Any]:
        paths = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
        }
        found = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, **found, **self.about}

    def keys(self) -> dict[str, Any]:
        public = self.key.public_key()
        elliptic = isinstance(public, ec.EllipticCurvePublicKey)
        maker = jwt.algorithms.ECAlgorithm if elliptic else jwt.algorithms.RSAAlgorithm
        return {"keys": [{**json.loads(maker.to_jwk(public)), "kid": self.name, "use": "sig"}]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Once for each code, to who asked, with the verifier of the challenge."""
        query = self.asked.pop(form.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if query is None or authorization != f"Basic {expected}":
            return None
        digest = sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != query["code_challenge"] or form["redirect_uri"] != query["redirect_uri"]:
            return None
        now = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        claims = {**true, "nonce": query["nonce"], **self.claims, **self.lies}
        made = jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            self.signs_with or self.key, self.algorithm, {"kid": self.name},
        )  # fmt: skip
        return {"access_token": "x", "token_type": "Bearer", "id_token": made}


@contextmanager
def fake_provider(**claims: Any) -> Iterator[FakeProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/.well-known/openid-configuration": fake.document, "/keys": fake.keys}
            self._answer(pages[self.path]())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {
                name: values[0]
                for name, values in parse_qs(self.rfile.read(length).decode()).items()
            }
            self._answer(fake.token(form, self.headers.get("Authorization", "")))

        def _answer(self, found: dict[str, Any] | None) -> None:
            body = json.dumps(found or {"error": "invalid_grant"}).encode()
            self.send_response(200 if found else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeProvider(f"http://127.0.0.1:{server.server_port}", claims)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
