"""Whether the links in messages can work: an address is set, and it leads to us."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import Verdict, fail, ok, warn

LIMIT_S = 5.0
PAGE = "/c/doctor"
"""A link that nobody has: our answer to it is known by its heading."""
OURS = "X-Request-Id"


@dataclass(frozen=True, slots=True)
class Reached:
    """What was found at the public address; `fault` is empty when it is us, or nothing runs."""

    url: str
    tried: bool = False
    fault: str = ""
    certificate: bool = False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def read_links(place: Place) -> Reached:
    url = place.settings.public_url
    if not url or not place.running:
        return Reached(url)
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(url + PAGE, timeout=LIMIT_S) as answer:
            return Reached(url, True, f"HTTP {answer.status}")
    except urllib.error.HTTPError as answer:
        ours = answer.code in (404, 429) and answer.headers.get(OURS)
        return Reached(url, True, "" if ours else f"HTTP {answer.code}")
    except urllib.error.URLError as fault:
        bad = isinstance(fault.reason, ssl.SSLCertVerificationError)
        return Reached(url, True, str(fault.reason), bad)
    except OSError as fault:
        return Reached(url, True, str(fault))


def decide_links(found: Reached) -> Sequence[Verdict]:
    if not found.url:
        return [warn("links.none")]
    if not found.tried:
        return [ok("links.set", url=found.url)]
    if found.certificate:
        return [fail("links.certificate", url=found.url, reason=found.fault)]
    if found.fault.startswith("HTTP "):
        return [fail("links.other", url=found.url, reason=found.fault)]
    if found.fault:
        return [warn("links.unreachable", url=found.url, reason=found.fault)]
    return [ok("links.work", url=found.url)]


CHECKS = (Check("links.reached", "messages", read_links, decide_links),)
