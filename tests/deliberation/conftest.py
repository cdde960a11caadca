"""The cast plays in every test of this room."""

from tests.cast import cast, client_of
from tests.found_once import _found_once, found_once

__all__ = ["_found_once", "cast", "client_of", "found_once"]
