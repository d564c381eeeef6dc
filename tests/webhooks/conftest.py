"""An empty store of either kind, as the tests of the house chat have it."""

from tests.chat.conftest import store

__all__ = ["store"]
