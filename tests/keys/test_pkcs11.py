"""A key inside a hardware module, played by SoftHSM: made, used for an installation, changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.key_changes import Rotation, make_key, rotate
from api.settings import read_settings
from api.startup import StartRefusedError, open_signer
from signing.errors import RefusedToSignError
from signing.keys import FileSigner
from signing.pkcs11 import Pkcs11Place, Pkcs11Signer, new_pkcs11_key
from tests.keys.conftest import Place, made, one_more

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
)
TOKEN, PIN = "sobranie-test", "48151623"


@dataclass(frozen=True)
class Hsm:
    """The module and its token."""

    module: str

    def env(self, label: str = "log") -> dict[str, str]:
        """Give the settings that name a key in it."""
        return {
            "SOBRANIE_PKCS11_MODULE": self.module,
            "SOBRANIE_PKCS11_TOKEN": TOKEN,
            "SOBRANIE_PKCS11_LABEL": label,
            "SOBRANIE_PKCS11_PIN": PIN,
        }

    def place(self, label: str, token: str = TOKEN) -> Pkcs11Place:
        """Name a key."""
        return Pkcs11Place(self.module, token, label)


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hsm]:
    """Make a token; the module reads its configuration once in a process."""
    module = next((path for path in MODULES if path.exists()), None)
    tool = shutil.which("softhsm2-util")
    if module is None or tool is None or find_spec("pkcs11") is None:
        missing = "SoftHSM (softhsm2) or python-pkcs11 is not installed"
        if os.environ.get("REQUIRE_SOFTHSM"):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("softhsm")
    tokens, config = folder / "tokens", folder / "softhsm2.conf"
    tokens.mkdir()
    config.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOFTHSM2_CONF", str(config))
        subprocess.run(
            [tool, "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", PIN],
            check=True, capture_output=True,
        )  # fmt: skip
        yield Hsm(str(module))


def reason(fault: pytest.ExceptionInfo[RefusedToSignError]) -> str:
    return fault.value.reason


def test_the_module_signs_as_a_file_does(hsm: Hsm) -> None:
    new_pkcs11_key(hsm.place("one"), PIN)
    signer = Pkcs11Signer.open(hsm.place("one"), PIN)
    key = signer.verifier_key("sobranie.example/log")
    key.check("сообщение".encode(), signer.sign("сообщение".encode()))
    again = Pkcs11Signer.open(hsm.place("one"), PIN)
    assert again.verifier_key("sobranie.example/log") == key
    again.close()
    signer.close()


def test_what_is_missing_is_named(hsm: Hsm) -> None:
    with pytest.raises(RefusedToSignError) as pin:
        Pkcs11Signer.open(hsm.place("nothing"), "0000")
    with pytest.raises(RefusedToSignError) as key:
        Pkcs11Signer.open(hsm.place("nothing"), PIN)
    with pytest.raises(RefusedToSignError) as token:
        Pkcs11Signer.open(hsm.place("log", "чужой"), PIN)
    with pytest.raises(RefusedToSignError) as module:
        Pkcs11Signer.open(Pkcs11Place("/nowhere/lib.so", TOKEN, "log"), PIN)
    assert [reason(one) for one in (pin, key, token, module)] == [
        "pkcs11_pin", "pkcs11_key_missing", "pkcs11_token_missing", "pkcs11_failed",
    ]  # fmt: skip


def test_a_key_is_never_overwritten_and_never_ambiguous(hsm: Hsm) -> None:
    new_pkcs11_key(hsm.place("two"), PIN)
    with pytest.raises(RefusedToSignError) as there:
        new_pkcs11_key(hsm.place("two"), PIN)
    assert reason(there) == "key_file_exists"


def test_a_whole_installation_signs_in_the_module(hsm: Hsm, tmp_path: Path) -> None:
    env = hsm.env("house")
    make_key(read_settings({"SOBRANIE_HOME": str(tmp_path / "home"), **env}))
    place = made(tmp_path / "home", **env)
    assert not (place.keys / "log.pem").exists()
    with place.served() as services:
        written = services.writer.run(one_more(place.house))
        key = services.logs.key(place.house)
        receipt = written.receipts[0]
        assert receipt.extra is not None
        receipt.verify(receipt.extra, [key])
    with pytest.raises(StartRefusedError) as same:
        rotate(place.settings(), Rotation("замена"))
    assert same.value.fault.code == "new_label_needed"
    (new,) = rotate(place.settings(), Rotation("замена", new_label="house-2"))
    assert place.house_state().signing_keys == (new,)
    with pytest.raises(StartRefusedError) as retired, place.served():
        pass
    assert retired.value.fault.code == "key_is_retired"
    place.env["SOBRANIE_PKCS11_LABEL"] = "house-2"
    with place.served():
        pass


def test_the_pin_may_stand_in_a_file(hsm: Hsm, tmp_path: Path) -> None:
    new_pkcs11_key(hsm.place("pinned"), PIN)
    (tmp_path / "pin").write_text(f"{PIN}\n")
    env = hsm.env("pinned") | {"SOBRANIE_PKCS11_PIN_FILE": str(tmp_path / "pin")}
    del env["SOBRANIE_PKCS11_PIN"]
    settings = read_settings({"SOBRANIE_HOME": str(tmp_path / "home"), **env})
    assert isinstance(open_signer(settings), Pkcs11Signer)


def test_without_the_package_the_operator_is_told_so(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.pkcs11.import_module", _absent)
    with pytest.raises(StartRefusedError) as caught:
        open_signer(place.settings(SOBRANIE_PKCS11_MODULE="/usr/lib/any.so"))
    assert caught.value.fault.code == "pkcs11_not_installed"
    assert isinstance(open_signer(place.settings()), FileSigner)


def _absent(name: str) -> object:
    raise ImportError(name)
