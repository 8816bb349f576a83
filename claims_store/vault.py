"""Keys and sealing: personal values and recordings can be read only through here.

Every report, call and customer is an *owner* with one data key. Data keys are kept wrapped by the
master key in `keys.db`, a file that is never part of the database or its backups; erasing an
owner destroys his key, and with it every copy of what was sealed, wherever it is.
"""

from __future__ import annotations


class Sealed(bytes):
    """What `Vault.seal` makes and a personal column takes."""

    __slots__ = ()
