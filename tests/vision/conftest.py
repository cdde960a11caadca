"""The cast plays in every test of this room."""

from tests.cast import cast, client_of
from tests.found_once import found_once

__all__ = ["cast", "client_of", "found_once"]
