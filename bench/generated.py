"""
Releases without end for benchmarks of size: varied, alike in each run, 2 to 3 KB.

Words follow Zipf's law; names, themes, ministries and dates are as unevenly spread. A
sentence or two are those of the test collection, so that its questions find something.
"""

import itertools
import json
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from communique.events import EnrichedRelease, Issuer
from communique.identity import feed_id
from communique.tags import Entity, Evidence, Location, Theme

COLLECTION = Path(__file__).parent / "search"

T = TypeVar("T")

WORDS, PERSONS, ORGANISATIONS, PLACES, MINISTRIES = 60_000, 20_000, 4_000, 6_000, 400
SYLLABLES = [
    onset + vowel
    for onset in ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st")
    for vowel in ("a", "e", "i", "o", "u", "an", "er", "in")
]
COUNTRIES = re.findall(
    r"\w+",
    "IN GB US FR KE ZA NG AU NZ CA SG PH ES MX CL SN MV BR DE IT JP KR ID MY TH GH TZ "
    "UG RW ET EG MA TN JO LB TR GE UA PL SE NO FI DK NL BE CH AT PT IE PE CO AR EC BO",
)
THEMES = re.findall(
    r"\S+",
    "health diplomacy-bilateral counter-terrorism economy-finance trade sanctions "
    "water agriculture-food labour-employment energy education defence",
)


@dataclass(frozen=True)
class _Pool(Generic[T]):
    """Things of which the first come most often: 1 / (rank + 3)."""

    things: Sequence[T]
    weights: Sequence[float]

    def some(self, rng: random.Random, count: int) -> list[T]:
        return rng.choices(self.things, cum_weights=self.weights, k=count)


def releases(
    count: int, *, until: datetime, years: float = 8, seed: int = 1
) -> Iterator[EnrichedRelease]:
    """Yield `count` releases that were first seen in the `years` before `until`."""
    rng = random.Random(seed)
    words = _pool([_word(rng) for _ in range(WORDS)])
    persons = _pool([_person(rng) for _ in range(PERSONS)])
    organisations = _pool([_organisation(rng, n) for n in range(ORGANISATIONS)])
    places = _pool([_place(rng, n) for n in range(PLACES)])
    issuers = _pool([_issuer(rng, n) for n in range(MINISTRIES)])
    themes = _pool(THEMES)
    sentences = _sentences()
    for number in range(count):
        age = timedelta(days=365.25 * years * rng.random() ** 1.5)
        at = (until - age).replace(microsecond=0)
        entities = tuple(
            {
                entity.name: entity
                for entity in (
                    *persons.some(rng, rng.randrange(4)),
                    *organisations.some(rng, rng.randrange(4)),
                    *places.some(rng, rng.randrange(1, 5)),
                )
            }.values()
        )
        told = rng.sample(sentences, 2)
        filling = words.some(rng, rng.randrange(80, 280))
        body = [" ".join(filling[start : start + 14]) for start in range(0, 280, 14)]
        names = ", ".join(entity.name for entity in entities)
        yield EnrichedRelease(
            release_id=str(UUID(int=rng.getrandbits(128), version=5)),
            revision=1,
            version=int(at.timestamp() * 1000),
            change="new",
            fingerprint=f"{number:032x}",
            title=" ".join([*rng.choice(sentences).split()[:6], *words.some(rng, 3)]),
            text=". ".join([told[0], names, *filter(None, body), told[1]]),
            text_from="page",
            link=f"https://ministry-{number % MINISTRIES}.example/{number}",
            issuers=(issuers.some(rng, 1)[0],),
            language=rng.choices(("en", "fr", "es"), (7, 2, 2))[0],
            first_seen_at=at,
            revision_seen_at=at,
            published_at=at,
            published_zone="stated",
            generation=0,
            entities=entities,
            themes=tuple(
                Theme(slug=slug, score=round(rng.uniform(0.3, 1.0), 2), evidence=())
                for slug in dict.fromkeys(themes.some(rng, rng.randrange(4)))
            ),
            countries=tuple(
                dict.fromkeys(entity.country for entity in entities if entity.country)
            ),
        )


def _pool(things: Sequence[T]) -> _Pool[T]:
    weights = [1 / (rank + 3) for rank in range(len(things))]
    return _Pool(things, list(itertools.accumulate(weights)))


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randrange(1, 5)))


def _name(rng: random.Random, words: int) -> str:
    return " ".join(_word(rng).capitalize() for _ in range(words))


def _person(rng: random.Random) -> Entity:
    return _entity(_name(rng, 2), "person")


def _organisation(rng: random.Random, number: int) -> Entity:
    name = _name(rng, 3)
    short = "".join(word[0] for word in name.split())
    return _entity(
        name,
        "organisation",
        id=f"org:{short.lower()}-{number}",
        id_source="communique",
        aliases=(short,),
    )


def _place(rng: random.Random, number: int) -> Entity:
    return _entity(
        _name(rng, 1),
        "place",
        id=str(number),
        id_source="geonames",
        country=COUNTRIES[number % len(COUNTRIES)],
        location=Location(lat=rng.uniform(-60, 70), lon=rng.uniform(-180, 180)),
    )


def _entity(name: str, kind: str, **fields: object) -> Entity:
    mention = Evidence(text=name, start=0, end=len(name))
    return Entity.model_validate(
        {"name": name, "type": kind, "mentions": (mention,), "confidence": 0.9} | fields
    )


def _issuer(rng: random.Random, number: int) -> Issuer:
    url = f"https://ministry-{number}.example/feed.xml"
    ministries = tomllib.loads((COLLECTION / "ministries.toml").read_text("utf-8"))
    known = list(ministries.values())
    name = known[number % len(known)]["name"]
    return Issuer(
        feed_id=feed_id(url),
        feed_url=url,
        title=name,
        ministry=f"{name}, {_name(rng, 1)}" if number >= len(known) else name,
        country=COUNTRIES[number % len(COUNTRIES)],
    )


def _sentences() -> list[str]:
    texts = [
        json.loads(line)
        for path in sorted((COLLECTION / "collection").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [
        sentence
        for one in texts
        for sentence in (one["title"], *one["text"].replace("\n\n", " ").split(". "))
        if len(sentence.split()) >= 6
    ]
