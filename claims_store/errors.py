"""What the store refuses, as one tree.

StoreError
  NotFound          no such call, report, claim ...
  NotSealed         plain text was about to reach a personal column
  Erased            the data key of this owner was destroyed
  VaultDamaged      a sealed value or file was changed, or belongs to another vault
  SchemaBehind      the database is older or newer than this program
  StoreAway         the database cannot be reached or written now
  NumberTaken       another report has this number already
"""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked; nothing was written."""


class NotFound(StoreError):
    """There is no such row."""

    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"there is no {what} {key}")
        self.what = what
        self.key = key


class NotSealed(StoreError, TypeError):
    """A personal column takes only what `Vault.seal` made."""


class Erased(StoreError):
    """This owner's data key was destroyed on request: nothing can be written under it again."""


class VaultDamaged(StoreError):
    """A sealed value does not open: it was changed, or the keys belong to another installation."""


class SchemaBehind(StoreError):
    """The database does not have this program's schema: run `claimline up`, which migrates it."""


class StoreAway(StoreError):
    """The database is locked, read-only, full or gone: the same may succeed later."""


class NumberTaken(StoreError):
    """The number that was minted for a report belongs to another one."""
