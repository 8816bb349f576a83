"""The templates of the desk, compiled once a process: later it would hold the loop, and an app that
waits to take over has done it before its callers wait for it.
"""

from __future__ import annotations

from functools import cache

import jinja2


@cache
def templates() -> jinja2.Environment:
    """All of them; what differs from page to page is given to each."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("ari_app.desk"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
    )
    for name in made.list_templates():
        made.get_template(name)
    return made
