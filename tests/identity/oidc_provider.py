"""A small OpenID Connect provider with keys of its own, run as a process; it can be told to lie.

python -m tests.identity.oidc_provider    prints its address and serves until it is ended
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import socket
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "sobranie", "client-secret-1"
Json = dict[str, Any]


@dataclass
class Told:
    """What the provider was told to say."""

    claims: Json = field(default_factory=dict)
    fault: str = ""
    alg: str = "RS256"
    now: int = 0


class Provider:
    """The provider's state."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.told = Told()
        self.codes: dict[str, dict[str, str]] = {}
        self.generation = 1
        self.other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.new_keys()

    def new_keys(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())

    def kid(self, alg: str) -> str:
        return f"{alg}-{self.generation}"

    def jwks(self) -> Json:
        keys = []
        for alg, public in (
            ("RS256", RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True)),
            ("ES256", ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True)),
        ):
            keys.append({**public, "kid": self.kid(alg), "use": "sig", "alg": alg})
        return {"keys": keys}

    def token(self, nonce: str) -> str:
        told, fault = self.told, self.told.fault
        claims: Json = {
            "iss": self.issuer, "aud": CLIENT, "sub": "person-1", "nonce": nonce,
            "iat": told.now, "exp": told.now + 300, **told.claims,
        }  # fmt: skip
        changes: dict[str, Json] = {
            "wrong_nonce": {"nonce": "another"},
            "number_nonce": {"nonce": 7},
            "expired": {"iat": told.now - 900, "exp": told.now - 600},
            "future": {"iat": told.now + 900, "exp": told.now + 1200},
            "text_times": {"exp": str(told.now + 300)},
            "endless": {"exp": float("inf")},
            "no_number": {"exp": float("nan"), "iat": float("nan")},
            "wrong_aud": {"aud": "another-client"},
            "several_aud": {"aud": [CLIENT, "another-client"]},
            "wrong_azp": {"aud": [CLIENT, "x"], "azp": "x"},
            "wrong_iss": {"iss": self.issuer + "/other"},
        }
        claims |= changes.get(fault, {})
        if fault == "no_nonce":
            del claims["nonce"]
        if fault == "no_exp":
            del claims["exp"]
        header = {"kid": self.kid(told.alg)}
        if fault == "alg_none":
            return _joined({"alg": "none", **header}, claims, b"")
        if fault == "hs256":
            return self._confused(header, claims)
        if fault == "foreign_key":
            return jwt.encode(claims, self.other, "RS256", header)
        if fault == "unknown_key":
            return jwt.encode(claims, self.other, "RS256", {"kid": "nobody"})
        if fault == "rs512":
            return jwt.encode(claims, self.rsa, "RS512", header)
        if fault == "other_kind_of_key":
            return jwt.encode(claims, self.rsa, "RS256", {"kid": self.kid("ES256")})
        key = self.rsa if told.alg == "RS256" else self.ec
        token = jwt.encode(claims, key, told.alg, header)
        return token[:-8] + "AAAAAAAA" if fault == "changed" else token

    def _confused(self, header: Json, claims: Json) -> str:
        """Sign with the public key as if it were a secret."""
        pem = self.rsa.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return _joined({"alg": "HS256", **header}, claims, pem)


def _joined(header: Json, claims: Json, secret: bytes) -> str:
    parts = [_b64(json.dumps(part).encode()) for part in (header, claims)]
    signed = hmac.digest(secret, ".".join(parts).encode(), "sha256") if secret else b""
    return ".".join([*parts, _b64(signed)])


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def app_of(issuer: str) -> FastAPI:
    """Make the provider's application."""
    provider, app = Provider(issuer), FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Json:
        named = "https://elsewhere.example" if provider.told.fault == "other_issuer" else issuer
        return {
            "issuer": named,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
        }

    @app.get("/jwks")
    def jwks() -> Json:
        return provider.jwks()

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if wanted.items() - asked.items() or "openid" not in asked["scope"].split():
            return JSONResponse({"error": "invalid_request"}, 400)
        if provider.told.fault == "denied":
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            provider.codes[code] = asked
            back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    _sells_tokens(app, provider)
    return app


def _sells_tokens(app: FastAPI, provider: Provider) -> None:
    """Add the exchange of codes, and the way to tell the provider to lie."""

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = {key: value[0] for key, value in parse_qs((await request.body()).decode()).items()}
        own = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {own}":
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = provider.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != _b64(digest)
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        lies: dict[str, Response] = {
            "down": Response("busy", 503),
            "not_json": Response("<html>"),
            "redirect": RedirectResponse(f"{provider.issuer}/jwks", 307),
            "no_token": JSONResponse({"access_token": "a"}),
        }
        if provider.told.fault in lies:
            return lies[provider.told.fault]
        return JSONResponse({"id_token": provider.token(asked["nonce"]), "access_token": "a"})

    @app.post("/_told")
    async def told(request: Request) -> Json:
        provider.told = Told(**await request.json())
        if provider.told.fault == "rotated":
            provider.generation += 1
            provider.new_keys()
        return {}


def main() -> None:
    """Serve on a free port of the loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app_of(issuer), log_level="warning", access_log=False)
        listening.listen()
        sys.stdout.write(issuer + "\n")
        sys.stdout.flush()
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
