"""Events never go into one's own network, however the address is spelled."""

from __future__ import annotations

import ipaddress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from api.refusals import WebhookAddressRefused
from api.webhooks.address import checked_target, is_public
from tests.domain.memory import refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PUBLIC = "93.184.215.14"


def names(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    return lambda _host, _port: addresses


def unknown(_host: str, _port: int) -> Sequence[str]:
    raise OSError("no such host")


def why(url: str, *addresses: str, allow_private: bool = False) -> str:
    found = names(*addresses) if addresses else unknown
    reason = refusal_of(lambda: checked_target(url, allow_private=allow_private, resolver=found))
    assert isinstance(reason, WebhookAddressRefused)
    return reason.why


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://events.example/x", "not_https"),
        ("ftp://events.example/x", "not_https"),
        ("events.example/x", "no_host"),
        ("https://", "no_host"),
        ("https://[::1", "no_host"),
        ("https://events.example:99999/", "no_host"),
        ("https://events.example/a b", "no_host"),
        ("https://events.example/\r\nX: y", "no_host"),
        ("https://me:secret@events.example/", "credentials"),
        ("https://events.example@evil.example/", "credentials"),
    ],
)
def test_a_wrong_address_is_named(url: str, wanted: str) -> None:
    assert why(url, PUBLIC) == wanted


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
        "2001:0:7f00:1::1",
    ],
)  # fmt: skip
def test_no_private_address_in_any_family(address: str) -> None:
    assert why("https://events.example/", address) == "private_address"
    assert why("https://events.example/", PUBLIC, address) == "private_address"


def test_the_system_spells_out_odd_literals() -> None:
    for host in ("127.1", "2130706433", "0x7f.1", "localhost"):
        reason = refusal_of(partial(checked_target, f"https://{host}/"))
        assert isinstance(reason, WebhookAddressRefused)
        assert reason.why == "private_address"


def test_a_public_address_is_pinned() -> None:
    target = checked_target("https://events.example:8443/x", resolver=names(PUBLIC))
    assert (target.host, target.port, target.ip) == ("events.example", 8443, PUBLIC)
    assert is_public(ipaddress.ip_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c"))


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    assert why("https://nowhere.example/") == "unknown_host"


def test_private_addresses_are_let_through_only_when_told() -> None:
    target = checked_target("http://127.0.0.1:9/", allow_private=True, resolver=names("127.0.0.1"))
    assert target.port == 9
    assert why("ftp://127.0.0.1/", "127.0.0.1", allow_private=True) == "not_https"
