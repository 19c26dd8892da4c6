"""A small OpenID Connect provider on this machine: it knows one person, and can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET, KEY_ID = "terrier", "a secret between two", "first"


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """Serves discovery, authorization, token, keys and user info. ``claims`` and ``info`` are what it says of its person."""

    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "42",
            "email": "tess@example.com",
            "email_verified": True,
            "name": "Tess",
        }
    )
    proof: dict[str, Any] = field(default_factory=dict)
    """What the ID token says otherwise than the user info does."""
    key: RSAPrivateKey = field(default_factory=new_key)
    published: RSAPrivateKey | None = None
    """Another key than the one it signs with, if it lies."""
    verifier_matters: bool = True
    asked: list[str] = field(default_factory=list)
    challenges: dict[str, dict[str, str]] = field(default_factory=dict)

    def __enter__(self) -> Provider:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, parse_qs(urlsplit(self.path).query))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider._answer(self, parse_qs(body))

            def log_message(self, *_said: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler, lists: dict[str, list[str]]) -> None:
        path = urlsplit(request.path).path
        self.asked.append(path)
        given = {name: values[0] for name, values in lists.items()}
        status, headers, told = getattr(self, "_" + path.strip("/").split("/")[-1].replace("-", "_"))(
            given, request.headers
        )
        body = json.dumps(told).encode()
        request.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def _openid_configuration(self, *_: Any) -> tuple[int, dict[str, str], Any]:
        names = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "userinfo_endpoint": "userinfo",
        }
        return 200, {}, {"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in names.items()}}

    def _authorize(self, given: dict[str, str], _headers: Any) -> tuple[int, dict[str, str], Any]:
        """The person is signed in here already, and sent back at once."""
        if given.get("client_id") != CLIENT or given.get("code_challenge_method") != "S256":
            return 400, {}, {"error": "invalid_request"}
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = given
        back = urlencode({"code": code, "state": given["state"]})
        return 302, {"Location": f"{given['redirect_uri']}?{back}"}, {}

    def _token(self, given: dict[str, str], _headers: Any) -> tuple[int, dict[str, str], Any]:
        asked = self.challenges.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = (
            asked is not None
            and challenge == asked["code_challenge"]
            and given.get("redirect_uri") == asked["redirect_uri"]
            and (given.get("client_id"), given.get("client_secret")) == (CLIENT, SECRET)
        )
        if not right:
            return 400, {}, {"error": "invalid_grant"}
        now = int(time.time())
        proof = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims, **self.proof}
        signed = jwt.encode(proof, self.key, algorithm="RS256", headers={"kid": KEY_ID})
        return 200, {}, {"access_token": "opens", "token_type": "Bearer", "id_token": signed}

    def _keys(self, *_: Any) -> tuple[int, dict[str, str], Any]:
        public = (self.published or self.key).public_key()
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
        return 200, {}, {"keys": [{**told, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def _userinfo(self, _given: dict[str, str], headers: Any) -> tuple[int, dict[str, str], Any]:
        return (200, {}, self.claims) if headers["Authorization"] == "Bearer opens" else (401, {}, {})
