"""Labels and tags in, counts out. Pure; README.md says how it is judged, and why."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

NOT_JUDGED = "?"
"""The country of a place that lies in two, or whose country is disputed."""


@dataclass(frozen=True)
class Label:
    """What a careful reader lists. Without `country`, a place is in none."""

    name: str
    aliases: tuple[str, ...] = ()
    optional: bool = False
    country: str | None = None
    geonames: int | None = None


@dataclass(frozen=True)
class Tag:
    """What a tagger lists; `forms` are its other names for it, and the mentions."""

    name: str
    forms: tuple[str, ...] = ()
    country: str | None = None
    geonames: int | None = None


@dataclass(frozen=True)
class Matched:
    """Which tags are right. Those of an optional label are neither right nor wrong."""

    pairs: tuple[tuple[Tag, Label], ...] = ()
    missed: tuple[Label, ...] = ()
    spurious: tuple[Tag, ...] = ()
    repeated: tuple[tuple[Tag, Label], ...] = ()


@dataclass(frozen=True)
class Counts:
    """Right, missed, wrong, and right but listed a second time."""

    right: int = 0
    missed: int = 0
    spurious: int = 0
    repeated: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.right + other.right,
            self.missed + other.missed,
            self.spurious + other.spurious,
            self.repeated + other.repeated,
        )

    @property
    def precision(self) -> float:
        """Return the share of tags that are right; a second one for a thing is not."""
        return _share(self.right, self.right + self.spurious + self.repeated)

    @property
    def recall(self) -> float:
        """Return the share of labels that were found."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return _mean(self.precision, self.recall)

    @property
    def f1_of_mentions(self) -> float:
        """Return F1 for a tagger that does not claim to join what is one thing."""
        return _mean(_share(self.right, self.right + self.spurious), self.recall)


@dataclass(frozen=True)
class Links:
    """Countries and GeoNames ids: `invented` is one for what has none, or is none."""

    right: int = 0
    wrong: int = 0
    invented: int = 0
    unlinked: int = 0
    cities_right: int = 0
    cities_wrong: int = 0
    cities_unlinked: int = 0

    def __add__(self, other: "Links") -> "Links":
        return Links(
            *(
                getattr(self, one) + getattr(other, one)
                for one in self.__dataclass_fields__
            )
        )


def match(tags: Iterable[Tag], labels: Iterable[Label], *, persons: bool) -> Matched:
    """
    Return which tag stands for which label, each of them once.

    The same name goes before an alias, an alias before a mention, and a label that is
    asked for before one that is optional.
    """
    free = sorted(labels, key=lambda label: label.optional)
    asked = tuple(label for label in free if not label.optional)
    left = list(tags)
    pairs: list[tuple[Tag, Label]] = []
    for agrees in _agreements(persons=persons):
        for tag in tuple(left):
            label = next((one for one in free if agrees(tag, one)), None)
            if label is not None:
                pairs.append((tag, label))
                free.remove(label)
                left.remove(tag)
    spurious: list[Tag] = []
    repeated: list[tuple[Tag, Label]] = []
    for tag in left:
        label = _label_of(tag, [label for _, label in pairs], persons=persons)
        if label is None:
            spurious.append(tag)
        elif not label.optional:
            repeated.append((tag, label))
    found = tuple(pair for pair in pairs if not pair[1].optional)
    right = {id(label) for _, label in found}
    return Matched(
        pairs=found,
        missed=tuple(label for label in asked if id(label) not in right),
        spurious=tuple(spurious),
        repeated=tuple(repeated),
    )


def counts(matched: Matched) -> Counts:
    """Return how much of `matched` is what."""
    return Counts(
        right=len(matched.pairs),
        missed=len(matched.missed),
        spurious=len(matched.spurious),
        repeated=len(matched.repeated),
    )


def links(matched: Matched) -> Links:
    """Return how the places of `matched` are linked."""
    right = wrong = invented = unlinked = 0
    cities = Counter[str]()
    for tag, label in chain(matched.pairs, matched.repeated):
        if label.country == NOT_JUDGED:
            continue
        if label.country is None:
            invented += tag.country is not None
        elif tag.country is None:
            unlinked += 1
        else:
            right += tag.country == label.country
            wrong += tag.country != label.country
        if label.geonames is not None:
            cities[_city(tag, label)] += 1
    invented += sum(tag.country is not None for tag in matched.spurious)
    return Links(
        right=right,
        wrong=wrong,
        invented=invented,
        unlinked=unlinked,
        cities_right=cities["right"],
        cities_wrong=cities["wrong"],
        cities_unlinked=cities["unlinked"],
    )


def _city(tag: Tag, label: Label) -> str:
    if tag.geonames is None:
        return "unlinked"
    return "right" if tag.geonames == label.geonames else "wrong"


def theme_counts(
    scores: Mapping[str, float], themes: Iterable[str], *, tagged: float = 0.5
) -> Counts:
    """Return how many of `themes` score `tagged` or more, and what else does."""
    asked = set(themes)
    given = {slug for slug, score in scores.items() if score >= tagged}
    return Counts(
        right=len(given & asked),
        missed=len(asked - given),
        spurious=len(given - asked),
    )


def calibration_error(scored: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """
    Return the expected calibration error of pairs of score and truth, 0 to 1.

    The mean distance, over `bins` equal ranges of score and weighted by how many fall
    into each, between the mean score and the share that is true.
    """
    error = 0.0
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        here = [
            one
            for one in scored
            if low <= one[0] < high or (place == bins - 1 and one[0] == high)
        ]
        if here:
            mean = sum(score for score, _ in here) / len(here)
            true = sum(truth for _, truth in here) / len(here)
            error += abs(mean - true) * len(here) / len(scored)
    return error


_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "&": " and "}
)
_ARTICLE = re.compile(r"^(?:(?:the|le|la|les|el|los|las) |l')(?=.)")
_TITLE_WORDS = (
    "mr mrs ms miss mx dr prof professor eng sir dame lord lady hon honourable "
    "honorable the he hh se excellency shri smt sri sheikh sheikha alhaji haji "
    "chief dato datuk aunty ato m mme mlle monsieur madame pr me sr sra srta dna "
    "don dona lic ing dra retd ret gen lt maj col brig brigadier general major "
    "colonel captain capt admiral vice president minister secretary ambassador "
    "governor mayor senator judge justice premier igp dig acp representative"
)
_TITLES = frozenset(_TITLE_WORDS.split())


def fold(name: str, *, persons: bool = False) -> str:
    """Return `name` without case, accents, article and possessive, or titles."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").replace("‘", "'"))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    plain = plain.casefold().translate(_LETTERS).replace(".", "")
    plain = re.sub(r"[-‐-―,;:()“”\"«»]", " ", plain)
    plain = " ".join(plain.split()).removesuffix("'s").removesuffix("'")
    if persons:
        words = plain.split()
        while len(words) > 1 and words[0] in _TITLES:
            words.pop(0)
        return " ".join(words)
    return _ARTICLE.sub("", plain)


def _agreements(*, persons: bool) -> tuple[Callable[[Tag, Label], bool], ...]:
    def names(label: Label) -> set[str]:
        return {fold(one, persons=persons) for one in (label.name, *label.aliases)}

    def same(tag: Tag, label: Label) -> bool:
        return fold(tag.name, persons=persons) == fold(label.name, persons=persons)

    def alias(tag: Tag, label: Label) -> bool:
        return fold(tag.name, persons=persons) in names(label)

    def form(tag: Tag, label: Label) -> bool:
        return any(fold(one, persons=persons) in names(label) for one in tag.forms)

    return same, alias, form


def _label_of(tag: Tag, labels: Iterable[Label], *, persons: bool) -> Label | None:
    agreements = _agreements(persons=persons)
    return next(
        (one for one in labels if any(agrees(tag, one) for agrees in agreements)), None
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _mean(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
