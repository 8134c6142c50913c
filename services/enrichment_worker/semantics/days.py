"""What the worker knows of dates in one language: values, made by `semantics_files`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Days:
    """Words of dates, folded; months from 1, days of the week from 0, Monday."""

    months: Mapping[str, int]
    full: frozenset[str]
    """The names of months that are not shortened."""
    weekdays: Mapping[str, int]
    relative: Mapping[str, int]
    joins: frozenset[str]
    """Between day, month and year: of, de."""
    range: frozenset[str]
    last: frozenset[str]
    next: frozenset[str]
    before_year: frozenset[str]
    before_month: frozenset[str]
    capital: bool
    """Whether months have a capital, so that "may" is none."""
    month_first: frozenset[str]
    """The countries that write 5/12 for the twelfth of May."""
