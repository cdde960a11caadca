"""Linear algebra on one thread.

The products here are small, and a server answers several people at once. When a second thread of the linear algebra
library has to wait for a busy core, the first spins for it: 0.3 seconds become 5. One thread is nearly as fast on an
idle machine, and gives the same last digits on any number of cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the block, or the decorated function, with one thread of linear algebra."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield
