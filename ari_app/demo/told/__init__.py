"""A claim told from its first call to the assessed damage: `claimline demo --story`.

Everything that acts is real: calls through the PBX, messages through a message centre and a mail
server, pages over the web. Where hours pass, the machine's clock is set forward, as `ahead` says.
"""
