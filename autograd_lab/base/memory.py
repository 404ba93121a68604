"""Keeping freed memory at hand, so that the next big array need not be cleared by the system page by page.

glibc gives every block above a threshold back to the system as soon as it is freed, and takes such a block's
size, up to 32 MiB, as its new threshold (mallopt(3), M_MMAP_THRESHOLD). So one large block, taken and freed
without being touched, is all it needs; a pass over arrays of a few megabytes then takes about half the time.
The price: up to 64 MiB of what was freed may stay with the process. Set ``AUTOGRAD_LAB_KEEP_MEMORY=0`` in the
environment to leave the C library as it is. Other systems' allocators take no notice.
"""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

LARGE = 2**25 - 2**12  # bytes: just below the largest threshold that glibc takes up


def keep_memory() -> None:
    """Raise the threshold, unless the environment says not to."""
    if os.environ.get("AUTOGRAD_LAB_KEEP_MEMORY") != "0":
        np.empty(LARGE, np.uint8)


def a_second_later() -> None:
    """Look for circles again in a second.

    A whole collection of a notebook's kernel takes a tenth of a second, and a core that the browser needs:
    it comes when the picture is there. By a timer, so that no long cell after this one goes without.

    >>> import gc, time
    >>> with without_collecting(then=a_second_later):
    ...     pass
    >>> while not gc.isenabled():
    ...     time.sleep(0.1)
    """
    timer = threading.Timer(1, gc.enable)
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:  # in a browser there are no threads
        gc.enable()


@contextmanager
def without_collecting(then: Callable[[], None] = gc.enable) -> Iterator[None]:
    """Look for no circles until this is done: a Scene has none, and looking would double the time it takes.

    >>> import gc
    >>> with without_collecting():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            then()
