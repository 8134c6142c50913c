"""Places that the words around a name make of it, beside those of the gazetteer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from enrichment_worker.entities.candidates import Candidate, Rank
from enrichment_worker.entities.place_shapes import Spot
from enrichment_worker.entities.towns import DOUBTED, Towns
from enrichment_worker.knowledge import City, PlaceWords, Region
from enrichment_worker.text import Prose, fold, joined

GREATER_THAN_ITS_PART = 50_000
"""People from whom on a town is meant rather than the district of its name."""
VILLAGE = 5_000
"""People below which a town is the area of its name, if that is listed."""


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """The search for such places in one text."""

    prose: Prose
    words: PlaceWords
    towns: Towns
    parts: frozenset[str]
    """Parts of countries that the text calls so."""

    def called(
        self, spots: Iterable[Spot], listed: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """Yield what the text calls a county, a town or a river, linked if known."""
        known = {(one.start, one.end): one for one in listed}
        longer = {one.start: one.end for one in listed} | {
            one.end: one.start for one in listed
        }
        for spot in spots:
            beyond = longer.get(spot.first, 0) >= spot.last
            if (beyond or longer.get(spot.last, spot.last) <= spot.first) and (
                (spot.first, spot.last) != (spot.start, spot.end)
            ):
                continue  # "Quezon City" is listed as a whole
            if longer.get(spot.first, 0) > spot.last:
                continue  # "residents of George Town"
            base = known.get((spot.start, spot.end))
            if base is not None and base.type != "place":
                continue
            if base is None and spot.kind == "part" and spot.first < spot.start:
                continue  # "County Clare", but no "County Lines"
            yield self._spotted(spot, base)

    def _spotted(self, spot: Spot, base: Candidate | None) -> Candidate:
        if base is not None:
            if isinstance(base.target, City) and spot.kind == "town":
                home = self.towns.at(spot.start, spot.end)
                if home is not None and home.country in self.towns.context.issuers:
                    base = replace(base, name=home.name, target=home)
            return replace(
                base,
                start=spot.first,
                end=spot.last,
                source="context",
                rank=Rank.REGION,
            )
        town: City | None = None
        if spot.kind != "part":  # "Montego Bay" is a town, "Hudson Bay" none
            town = self.towns.at(spot.first, spot.last)
        if town is None and spot.kind in {"town", "any"}:
            town = self.towns.at(spot.start, spot.end)
        confidence = 0.6 if town is None else 0.8
        found = self.towns.candidate(spot.first, spot.last, town, confidence)
        return replace(found, rank=Rank.REGION)

    def in_lists(
        self,
        lists: Iterable[tuple[tuple[int, int], ...]],
        mentions: Sequence[Candidate],
    ) -> Iterator[Candidate]:
        """
        Yield the rest of a list of which one name is a place, and half may be.

        A list whose other names are persons or organisations tells nothing.
        """
        guessed = {(one.start, one.end) for one in mentions if self._may_be_a_town(one)}
        alone = {
            (one.start, one.end)
            for one in mentions
            if one.source == "context" and one.rank == Rank.MODEL_PLACE
        }
        types = {
            (one.start, one.end): one.type
            for one in mentions
            if one.source != "model" or one.type != "organisation"
            if (one.start, one.end) not in guessed
        }
        starts = {start: kind for (start, _), kind in types.items()}
        for spans in lists:
            kinds = [types.get(span) or starts.get(span[0]) for span in spans]
            if "place" not in kinds or set(kinds) - {"place", None}:
                continue
            unsure = [
                span
                for span, kind in zip(spans, kinds, strict=True)
                if kind is None or span in alone
            ]
            towns = {span: self.towns.at(*span) for span in unsure}
            sure = kinds.count("place") + sum(
                towns[span] is not None for span in unsure if span not in alone
            )
            if sure * 2 < len(spans):
                continue
            for span, town in towns.items():
                if town is not None or len(spans) > 2:
                    confidence = 0.5 if town is None else 0.7
                    found = self.towns.candidate(*span, town, confidence)
                    if span in guessed:
                        found = replace(found, rank=Rank.REGION)
                    yield self.whole(found)

    def _may_be_a_town(self, one: Candidate) -> bool:
        """Return whether a person without a title has the name of a town."""
        guessed = one.type == "person" and one.source in {"given name", "model"}
        return guessed and self.towns.at(one.start, one.end) is not None

    def as_town(self, one: Candidate) -> Candidate:
        """
        Return a part of a country as its town of that name, unless called a part.

        A town is the one of the part behind it: "Portland, Maine".
        """
        span = (one.start, one.end)
        if isinstance(one.target, City):
            town = self.towns.at(*span)
            if town is not None and self._is_rather(town, one.target):
                return replace(one, name=town.name, target=town)
            if town is None or town.part not in self.towns.context.part_behind(one.end):
                return one
            return replace(one, name=town.name, target=town)
        if not isinstance(one.target, Region) or one.target.id in self.parts:
            return one
        town = self.towns.at(*span)
        if town is None or town.country != one.target.country:
            return one
        if one.target.id_source == "communique" and town.population < VILLAGE:
            same = fold(town.name) == fold(one.target.name)
            return replace(one, name=town.name, target=town) if same else one
        if town.population < GREATER_THAN_ITS_PART:
            return one
        form = self.prose.folded[one.start : one.end]
        if " of " in form or fold(town.name).startswith(f"{form} "):
            return one  # "the District of Columbia"; Bihar, which has a Bihar Sharif
        return replace(one, name=town.name, target=town)

    def _is_rather(self, town: City, listed: City) -> bool:
        """Return whether a town at home is meant, and no capital that is less great."""
        context = self.towns.context
        return (
            town.country in context.issuers
            and listed.country not in context.issuers
            and not context.countries.get(listed.country)
            and listed.population < DOUBTED
        )

    def whole(self, one: Candidate) -> Candidate:
        """Return a town as far as its name goes: Upton upon Severn is no Upton."""
        if not isinstance(one.target, City):
            return one
        index = self.prose.token_at(one.end - 1) + 1
        first = self.prose.token_at(one.start)
        upon, river = (*self.prose.tokens[index : index + 2], None, None)[:2]
        start, end = one.start, one.end
        if (
            upon
            and river
            and upon.folded == "upon"
            and joined(upon.gap)
            and joined(river.gap)
            and river.capital
        ):
            end = river.end
        if first and self._is_newer(first):
            start = self.prose.tokens[first - 1].start
        if (start, end) == (one.start, one.end):
            return one
        town = self.towns.at(start, end)
        name = " ".join(self.prose.text[start:end].split())
        return replace(
            one, start=start, end=end, name=town.name if town else name, target=town
        )

    def _is_newer(self, index: int) -> bool:
        """Return whether the town at `index` is another one of that name: New X."""
        new = self.prose.tokens[index - 1]
        return (
            new.text == "New"
            and not new.opens
            and joined(self.prose.tokens[index].gap)
            and not self.prose.in_headline(new.start)
        )

    def made_there(self, one: Candidate) -> bool:
        """Return whether a place names what was made there: "Paris Agreement"."""
        index = self.prose.token_at(one.end - 1) + 1
        following = self.prose.tokens[index : index + 1]
        return (
            bool(following)
            and joined(following[0].gap)
            and following[0].capital
            and following[0].folded in self.words.made_there
        )
