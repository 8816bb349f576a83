"""People, cars and policies that do not exist: no number here belongs to a living person."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from faker import Faker
from stdnum.iso7064 import mod_11_2

from claims_store.customers import Customer, Policy

PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_BIRTH_YEARS = range(1801, 1860)
"""Nobody alive was born then, so no identity number made here is anybody's."""
_LINE_CODES = {"motor": "01", "home": "02", "health": "03", "travel": "04", "liability": "05"}
_PRODUCTS = {
    "motor": "motor_comprehensive",
    "home": "home_contents",
    "health": "health_inpatient",
    "travel": "travel_abroad",
    "liability": "public_liability",
}
_CARS = ("大众朗逸", "比亚迪汉", "丰田凯美瑞", "特斯拉 Model 3", "吉利帝豪", "别克君越")


@dataclass(frozen=True, slots=True)
class City:
    """A city of the demo: a district of it (GB/T 2260), and how its plates and names begin."""

    district: str
    name: str
    plate: str

    @property
    def province(self) -> str:
        return f"{self.district[:2]}0000"


CITIES = (
    City("310115", "上海市浦东新区", "沪A"),
    City("330106", "杭州市西湖区", "浙A"),
    City("320106", "南京市鼓楼区", "苏A"),
    City("110105", "北京市朝阳区", "京N"),
    City("440305", "深圳市南山区", "粤B"),
    City("510107", "成都市武侯区", "川A"),
)


class Inventor:
    """Makes the same people for the same seed."""

    def __init__(self, seed: int, zone: tzinfo, now: datetime) -> None:
        self.random = random.Random(seed)
        self._zone = zone
        self._now = now
        self._fakers = {"zh": Faker("zh_CN"), "en": Faker("en_US")}
        for faker in self._fakers.values():
            faker.seed_instance(seed)

    def name(self, language: str) -> str:
        """A name in one language, without the titles that `name` puts before some English ones."""
        faker = self._fakers[language]
        if language == "en":
            return f"{faker.first_name()} {faker.last_name()}"
        return str(faker.name())

    def title(self) -> dict[str, str]:
        """A name in each language, for people who are shown in both."""
        return {"zh": self.name("zh"), "en": self.name("en")}

    def customer(self, index: int) -> tuple[Customer, City]:
        """One of the customers; every fifth speaks English."""
        city = CITIES[index % len(CITIES)]
        language = "en" if index % 5 == 4 else "zh"
        customer = Customer(
            id=f"C{10001 + index}",
            name=self.name(language),
            phone=f"+861380013{8001 + index}",
            identity=self.identity(city.district),
            language=language,
            region=city.district,
            tier="gold" if index % 10 == 0 else "standard",
        )
        return customer, city

    def identity(self, district: str) -> str:
        """A resident identity number that is right in everything but the century."""
        days = self.random.randrange(365)
        born = date(self.random.choice(_BIRTH_YEARS), 1, 1) + timedelta(days=days)
        body = f"{district}{born:%Y%m%d}{self.random.randrange(1000):03d}"
        return body + str(mod_11_2.calc_check_digit(body))

    def plate(self, city: City) -> str:
        """An ordinary plate, or for every third car one of a new-energy car."""
        if self.random.randrange(3) == 0:
            return f"{city.plate}D{self.random.randrange(100_000):05d}"
        letter = self.random.choice(PLATE_LETTERS)
        return f"{city.plate}{letter}{self.random.randrange(10_000):04d}"

    def policy(self, index: int, line: str, holder: Customer, city: City) -> Policy:
        """A policy of one year; every tenth has ended, every fifteenth begins later."""
        begins = self._midnight(-self.random.randrange(30, 300))
        if index % 10 == 9:
            begins -= timedelta(days=365)
        elif index % 15 == 14:
            begins = self._midnight(20)
        number = f"{_LINE_CODES[line]}{begins.year % 100:02d}{self.random.randrange(10**6):06d}"
        empty = Policy(0, holder.id, number, line, _PRODUCTS[line], "", "", holder.name, (),
                       begins, begins + timedelta(days=365))  # fmt: skip
        if line == "motor":
            return replace(
                empty,
                plate=self.plate(city),
                object=self.random.choice(_CARS),
                regions=(city.district, CITIES[(index + 1) % len(CITIES)].district),
            )
        return replace(empty, object=city.name if line == "home" else "", regions=(city.district,))

    def _midnight(self, days: int) -> datetime:
        day = self._now.astimezone(self._zone).date() + timedelta(days=days)
        return datetime.combine(day, time(0), self._zone)
