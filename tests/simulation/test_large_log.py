"""The log that the memory of an audit is measured on is a sound one, small as well as large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.audit.checking import audit
from tests.simulation.large_log import make, measured

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_small_one_is_sound_and_is_measured(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path, titles=3, meetings=2)
    audited = audit(path.read_bytes())
    assert audited.report.is_sound, [found.text for found in audited.report.findings]
    assert len(audited.replay.state.recounts) == 2
    measured(path)
    told = capfd.readouterr().out
    assert "Итог: ошибок не найдено." in told
    assert "exit 0" in told and "most memory" in told
