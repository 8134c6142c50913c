"""What the worker knows of money and of numbers: values, made by `semantics_files`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """What a sign or name means: one currency, or that of the country among several."""

    of: frozenset[str]
    otherwise: str | None = None
    indian: str | None = None
    """What it means beside a lakh or crore."""

    def currency(self, home: str | None, *, indian: bool) -> str | None:
        """Return the ISO 4217 code where money of `home` is the own, or None."""
        if home in self.of:
            return home
        if len(self.of) == 1:
            return next(iter(self.of))
        return (self.indian if indian else None) or self.otherwise


@dataclass(frozen=True, slots=True)
class Money:
    """Signs, codes, names and scales of one language; names and scales are folded."""

    signs: Mapping[str, Sign]
    codes: frozenset[str]
    words: frozenset[str]
    """Codes that are words too, such as COP and ALL."""
    names: Mapping[str, Sign]
    word_names: frozenset[str]
    """Names that are words too, such as pounds."""
    scales: Mapping[str, int]
    exact_scales: Mapping[str, int]
    numbers: Mapping[str, int]
    own: Mapping[str, str]
    """The currency of each country, by ISO 3166-1 code."""
    points: frozenset[str | None]
    """The countries in which a point, not a comma, stands before decimals."""

    def decimal(self, country: str | None) -> str:
        """Return what stands before decimals in a country."""
        return "." if country in self.points or "*" in self.points else ","
