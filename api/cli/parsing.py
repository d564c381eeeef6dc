"""A parser of command lines that speaks Russian where it refuses."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from typing_extensions import override

UNUSABLE = 2


class Parser(argparse.ArgumentParser):
    """What both programs read their command lines with; commands within are of the same kind."""

    @override
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        sys.stderr.write(f"Команда не понята: {message}. Справка: {self.prog} --help\n")
        raise SystemExit(UNUSABLE)
