"""SHA-512 crypt, the form in which Asterisk takes a hashed password: as `crypt(3)`, which Python
loses with 3.13. For generated secrets only: against guessed passwords there is argon2id.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256, sha512

ROUNDS = 1000
"""The fewest crypt allows: nobody guesses 256 random bits, and each HTTP request costs a hash."""
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SIZE = 64


def hashed(secret: str, salt: str = "", rounds: int = ROUNDS) -> str:
    """`$6$rounds=N$SALT$HASH` of a generated secret. The salt follows from the secret unless it is
    given, so that the same secret is always rendered in the same way."""
    salt = (salt or _salt(secret))[:16]
    digest = _digest(secret.encode(), salt.encode(), rounds)
    return f"$6$rounds={rounds}${salt}${_encoded(digest)}"


def _salt(secret: str) -> str:
    mark = b64encode(sha256(b"claimline salt " + secret.encode()).digest()).decode()
    return mark.translate(str.maketrans("+=", ".."))[:16]


def _digest(key: bytes, salt: bytes, rounds: int) -> bytes:
    """Steps 1 to 21 of the specification (U. Drepper, SHA-crypt)."""
    inner = sha512(key + salt + key).digest()
    start = sha512(key + salt + _repeated(inner, len(key)))
    bits = len(key)
    while bits:
        start.update(inner if bits & 1 else key)
        bits >>= 1
    digest = start.digest()
    keys = _repeated(sha512(key * len(key)).digest(), len(key))
    salts = _repeated(sha512(salt * (16 + digest[0])).digest(), len(salt))
    for turn in range(rounds):
        odd = turn & 1
        step = sha512(keys if odd else digest)
        step.update(salts if turn % 3 else b"")
        step.update(keys if turn % 7 else b"")
        step.update(digest if odd else keys)
        digest = step.digest()
    return digest


def _repeated(block: bytes, length: int) -> bytes:
    return (block * (length // len(block) + 1))[:length]


def _encoded(digest: bytes) -> str:
    """Three bytes as four characters, the bytes in the specification's order."""
    order, triple = [], (0, 21, 42)
    for _ in range(21):
        order.append(triple)
        first, second, third = triple
        triple = (second + 1, third + 1, first + 1)
    text = "".join(
        _characters(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in order
    )
    return text + _characters(digest[_SIZE - 1], 2)


def _characters(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> (6 * place) & 63] for place in range(count))
