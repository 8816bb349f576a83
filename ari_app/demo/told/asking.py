"""The customer asks where his claim stands: by text message, by page and by telephone."""

from __future__ import annotations

import aiohttp

from ari_app.demo.customer_side import ANNOUNCED, WHOLE, Turn, follow
from ari_app.demo.told.house import House
from claims_store.customers import Customer

MAIL = "customer@example.com"


def turns(claim: str) -> tuple[Turn, ...]:
    """What leads him to "my claim"."""
    return (
        Turn("the greeting, and that he is recorded", ANNOUNCED, "2"),
        Turn("who is it? The last four digits of the claim", WHOLE, f"{claim[-4:]}#"),
    )


async def by_text(house: House, who: Customer, claim: str) -> str:
    """He writes the claim's number; the path of the page that the answer leads to."""
    text = f"{claim} {who.phone[-4:]}"
    house.tell("customer", f'writes to the line: "{text}"')
    before = len(house.posts.came)
    await house.posts.write(who.phone, text)
    answer = await house.posts.until(who.phone, "/c/", after=before)
    return answer.link


async def by_page(house: House, path: str) -> str:
    """He opens the page of his link; what stands there."""
    said = await house.read(house.settings.public_url + path)
    house.tell("customer", f"opens his page: {said[:160]}")
    return said


async def wants_mail(house: House, who: Customer, path: str) -> None:
    """He shows on his page that the number is his, and would rather have mails."""
    base = house.settings.public_url
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        for page, form in (
            ("prove", {"digits": who.phone[-4:]}),
            ("wishes", {"way": "mail", "mail": MAIL, "topic": "progress"}),
        ):
            async with http.post(f"{base}{path}/{page}", data=form) as answer:
                answer.raise_for_status()
    house.tell("customer", f"chooses mails to {MAIL} on his page")


async def by_phone(house: House, who: Customer, claim: str) -> None:
    """He calls the line, shows who he is, and hears where it stands."""
    customer = house.world.customer()
    house.tell("customer", f"calls {house.cast.hotline} to ask for his claim")
    if failed := await customer.dial(house.cast.hotline, who.phone):
        raise ConnectionError(f"the call was not answered: {failed}")
    await follow(customer, turns(claim), house.tell)
    await customer.listen_until_quiet(1.2, limit=40)
    house.tell("customer", "hears stage, next step and until when; hangs up")
    await customer.hang_up()
    await customer.ended()
