"""Signing in through an OpenID provider: authorization code, PKCE, state and nonce; ID tokens are
checked against the provider's keys (OpenID Connect Core 1.0, 3.1.3.7)."""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import urllib3
from django.conf import settings

from tocsin.access.models import Person, ProviderAccount
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
PATIENCE = urllib3.Timeout(connect=5, read=10)
MOST = 1_000_000  # bytes of any answer
KEPT_FOR = 3600.0  # seconds that what a provider says of itself is believed
LEEWAY = 60  # seconds that clocks may differ
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

_known: dict[str, tuple[float, dict[str, Any]]] = {}
_pool = urllib3.PoolManager(timeout=PATIENCE, retries=False)


class ProviderError(TocsinError):
    """The provider, or whoever pretends to be it, said something that cannot be believed."""


@dataclass(frozen=True)
class Provider:
    """One of `TOCSIN_OIDC`; `second_factor`: values of `acr` or `amr` by which it says that the
    person showed two factors there."""

    name: str
    title: str
    issuer: str
    client: str
    secret: str
    second_factor: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """What to remember between sending somebody to a provider and their coming back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Arrived:
    """Who came back; `second_factor`: the provider says that two were shown."""

    person: Person
    second_factor: bool


def providers() -> dict[str, Provider]:
    return {name: Provider(name=name, **given) for name, given in settings.TOCSIN_OIDC.items()}


def ask(provider: Provider, back: str) -> tuple[str, Asked]:
    """The address to send the browser to; `back`: the address it comes back to."""
    asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = base64.urlsafe_b64encode(sha256(asked.verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": "openid email",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    address = _endpoint(provider, "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", asked


def arrive(
    provider: Provider, asked: Asked, code: str, state: str, back: str, now: datetime
) -> Arrived | None:
    """Who the provider says has come back; None for somebody who is not one of the people here.

    Raises `ProviderError` when anything about the answer is not right.
    """
    if not secrets.compare_digest(state.encode(), asked.state.encode()):
        raise ProviderError("The answer does not belong to what this browser asked for.")
    claims = _claims(provider, _token(provider, asked, code, back), asked.nonce)
    person = _person(provider, claims, now)
    if person is None:
        return None
    methods = claims.get("amr")
    said = {str(claims.get("acr", "")), *map(str, methods if isinstance(methods, list) else [])}
    return Arrived(person, bool(provider.second_factor & said))


def _person(provider: Provider, claims: dict[str, Any], now: datetime) -> Person | None:
    """By the address that the provider has verified, and ever after by its name for the person:
    an address may be given to somebody else there."""
    email = str(claims.get("email", "")).strip()
    if not email or claims.get("email_verified") is not True:
        return None
    with staff_scope():
        person = Person.objects.welcome().filter(email__iexact=email).first()
        if person is None:
            return None
        mine = {"issuer": provider.issuer, "subject": str(claims["sub"])}
        if ProviderAccount.objects.filter(**mine).exclude(person=person).exists():
            return None
        account, _ = ProviderAccount.objects.get_or_create(
            person=person,
            issuer=provider.issuer,
            defaults={"subject": mine["subject"], "created_at": now},
        )
    return person if account.subject == mine["subject"] else None


def _token(provider: Provider, asked: Asked, code: str, back: str) -> str:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": asked.verifier,
    }
    headers = {}
    methods = _about(provider).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in methods:
        headers = urllib3.make_headers(basic_auth=f"{provider.client}:{provider.secret}")
    else:
        fields |= {"client_id": provider.client, "client_secret": provider.secret}
    found = _fetch("POST", _endpoint(provider, "token_endpoint"), headers, fields)
    return str(found.get("id_token", ""))


def _claims(provider: Provider, token: str, nonce: str) -> dict[str, Any]:
    try:
        key = _key(provider, str(jwt.get_unverified_header(token).get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            token, key, ALGORITHMS, audience=provider.client, issuer=provider.issuer,
            leeway=LEEWAY, options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise ProviderError(f"{provider.title} sent a token that is not right: {error}") from error
    party = claims.get("azp", provider.client)
    same = secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
    if not same or party != provider.client:
        raise ProviderError(f"{provider.title} sent a token that was made for something else.")
    return claims


def _key(provider: Provider, name: str) -> jwt.PyJWK:
    """The provider's key of this name; it may have new ones since we last asked."""
    address = _endpoint(provider, "jwks_uri")
    for again in (False, True):
        keys = jwt.PyJWKSet.from_dict(_remembered(address, again=again)).keys
        signing = [key for key in keys if key.public_key_use in (None, "sig")]
        for key in signing:
            if key.key_id == name or (not name and len(signing) == 1):
                return key
    raise ProviderError(f"{provider.title} signed with a key that it does not publish.")


def _about(provider: Provider) -> dict[str, Any]:
    found = _remembered(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise ProviderError(f"{provider.issuer} calls itself {found.get('issuer')}.")
    return found


def _endpoint(provider: Provider, name: str) -> str:
    address = _about(provider).get(name)
    if not isinstance(address, str):
        raise ProviderError(f"{provider.title} does not say its {name}.")
    return _safe(address)


def _safe(address: str) -> str:
    """Plain HTTP only on this machine."""
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if parts.scheme != "https" and not plain:
        raise ProviderError(f"{address} is not on HTTPS.")
    return address


def _remembered(address: str, *, again: bool = False) -> dict[str, Any]:
    at, found = _known.get(address, (0.0, {}))
    if again or not found or time.monotonic() - at > KEPT_FOR:
        found = _fetch("GET", address)
        _known[address] = time.monotonic(), found
    return found


def _fetch(
    method: str,
    address: str,
    headers: dict[str, str] | None = None,
    fields: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A JSON object.  Never follows elsewhere."""
    where = urlsplit(_safe(address)).hostname
    body = urlencode(fields).encode() if fields else None
    given = {"Accept": "application/json", **(headers or {})}
    if body:
        given["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        with _pool.request(
            method, address, body=body, headers=given, redirect=False, preload_content=False
        ) as answer:
            text = answer.read(MOST)
            found = json.loads(text) if answer.status == 200 else None
    except (urllib3.exceptions.HTTPError, ValueError, OSError) as error:
        raise ProviderError(f"{where} did not answer as expected: {error}") from error
    if not isinstance(found, dict):
        raise ProviderError(f"{where} answered with status {answer.status}.")
    return found
