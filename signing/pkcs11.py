"""A signer whose key never leaves a hardware module: PKCS#11, Ed25519 (CKM_EDDSA).

    module = /usr/lib/softhsm/libsofthsm2.so     the maker's library
    token  = sobranie                            label of the token
    label  = log                                 label of both keys, private and public

The module signs whole messages (PureEdDSA), so that its signatures are those of a key in a file.
Needs the package `python-pkcs11`, which is looked for only when this signer is used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from typing_extensions import override

from signing.errors import RefusedToSignError
from signing.note import ED25519, VerifierKey

T = TypeVar("T")
PUBLIC_BYTES = 32
_CURVES = (
    bytes.fromhex("06032b6570"),  # OID 1.3.101.112, as PKCS#11 3.0 wants it
    bytes.fromhex("130c656477617264733235353139"),  # "edwards25519", as SoftHSM 2.6 wants it
)


@dataclass(frozen=True, slots=True)
class Pkcs11Place:
    """Where a key stands: library, token and label."""

    module: str
    token: str
    label: str

    @override
    def __str__(self) -> str:
        """Name the key for a message."""
        return f"{self.token}/{self.label}"


class Pkcs11Signer:
    """Signs inside the module; one session, used by one thread at a time."""

    def __init__(self, session: Any, key: Any, public: bytes) -> None:
        """Take a session that is logged in; `open` makes one."""
        self._session = session
        self._key = key
        self._public = public
        self._lock = threading.Lock()

    @classmethod
    def open(cls, place: Pkcs11Place, pin: str) -> Pkcs11Signer:
        """Log in and find the key, or refuse saying what is missing."""
        session = _session(place, pin, rw=False)
        try:
            return cls(session, *_find(place, session))
        except RefusedToSignError:
            session.close()
            raise

    def verifier_key(self, name: str) -> VerifierKey:
        """Give the public key under a name."""
        return VerifierKey(name, ED25519, self._public)

    def sign(self, message: bytes) -> bytes:
        """Sign bytes with Ed25519; a false answer of the module never leaves this function."""
        eddsa = _package().Mechanism.EDDSA
        with self._lock:
            signature = bytes(_asked(lambda: self._key.sign(message, mechanism=eddsa)))
        self.verifier_key("pkcs11").check(message, signature)
        return signature

    def close(self) -> None:
        """Log out."""
        _asked(self._session.close)


def new_pkcs11_key(place: Pkcs11Place, pin: str) -> None:
    """Make a key inside the module; one of the same label is never overwritten."""
    pkcs11 = _package()
    session = _session(place, pin, rw=True)

    def generate(curve: bytes) -> None:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: curve}, local=True
        )
        parameters.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=place.label
        )

    try:
        if any(_keys(place, session)):
            raise RefusedToSignError("key_file_exists", str(place))
        try:
            _asked(lambda: generate(_CURVES[0]))
        except RefusedToSignError:
            _asked(lambda: generate(_CURVES[1]))
    finally:
        session.close()


def _find(place: Pkcs11Place, session: Any) -> tuple[Any, bytes]:
    private, public = _keys(place, session)
    if not private or not public:
        raise RefusedToSignError("pkcs11_key_missing", str(place))
    if len(private) > 1 or len(public) > 1:
        raise RefusedToSignError("pkcs11_key_ambiguous", str(place))
    point = bytes(_asked(lambda: public[0][_package().Attribute.EC_POINT]))
    # DER of an OCTET STRING, or the bare point: modules differ.
    if len(point) not in (PUBLIC_BYTES, PUBLIC_BYTES + 2):
        raise RefusedToSignError("key_not_ed25519", str(place))
    return private[0], point[-PUBLIC_BYTES:]


def _keys(place: Pkcs11Place, session: Any) -> tuple[list[Any], list[Any]]:
    pkcs11 = _package()

    def found(kind: Any) -> list[Any]:
        wanted = {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: place.label}
        return list(session.get_objects(wanted))

    kinds = pkcs11.ObjectClass
    return _asked(lambda: found(kinds.PRIVATE_KEY)), _asked(lambda: found(kinds.PUBLIC_KEY))


def _session(place: Pkcs11Place, pin: str, *, rw: bool) -> Any:
    library = _asked(lambda: _package().lib(place.module))
    token = _asked(lambda: library.get_token(token_label=place.token))

    def opened() -> Any:
        try:
            return token.open(rw=rw, user_pin=pin)
        except import_module("pkcs11.exceptions").UserAlreadyLoggedIn:
            # A process logs in to a token once, and all its sessions are logged in with it.
            return token.open(rw=rw)

    return _asked(opened)


def _package() -> Any:
    """Give the package, which need not be installed."""
    try:
        return import_module("pkcs11")
    except ImportError as fault:
        raise RefusedToSignError("pkcs11_not_installed", "python-pkcs11") from fault


def _asked(step: Callable[[], T]) -> T:
    """Ask the module; whatever it answers instead arrives as our own error."""
    _package()
    answers = import_module("pkcs11.exceptions")
    try:
        return step()
    except answers.NoSuchToken as fault:
        raise RefusedToSignError("pkcs11_token_missing", "token") from fault
    except (answers.PinIncorrect, answers.PinLenRange, answers.PinLocked) as fault:
        raise RefusedToSignError("pkcs11_pin", type(fault).__name__) from fault
    except (answers.PKCS11Error, RuntimeError) as fault:
        raise RefusedToSignError("pkcs11_failed", type(fault).__name__) from fault
