"""Memory of this process that the C library holds back."""

import ctypes


def return_freed_memory() -> bool:
    """Returns memory that was freed to the system, so that it does not count as this process's; whether there was any.

    glibc keeps what large temporary arrays took. Other C libraries have no such call: False.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(trim and trim(0))
