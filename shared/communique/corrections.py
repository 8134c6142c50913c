"""What people say about tags: of one release, or wherever the tag occurs."""

from typing import Literal, Self

from pydantic import Field, model_validator

from communique.parts import Part, UtcDatetime, Uuid


class TagRef(Part):
    """A tag as a person names it: an entity by its name or id, a theme by its slug."""

    type: Literal["person", "organisation", "place", "theme", "subtheme"]
    name: str = Field(min_length=1, max_length=500, description="of a theme, its slug")
    id: str | None = Field(None, max_length=200)
    id_source: str | None = Field(None, max_length=50)
    country: str | None = Field(None, description="ISO 3166-1 alpha-2")
    parent: str | None = Field(None, description="of a subtheme, its theme")


class Correction(Part):
    """What a person says about a tag: of one release, or wherever it occurs."""

    action: Literal["drop", "add", "merge", "rename", "undo"]
    release_id: Uuid | None = Field(None, description="absent: all releases")
    tag: TagRef | None = Field(None, description="absent: `undo`")
    into: TagRef | None = Field(None, description="of `merge` and `rename`")
    undoes: int | None = Field(None, description="the number of another correction")
    by: str = Field(min_length=1, max_length=200)
    why: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _says_all(self) -> Self:
        missing = [
            name
            for name, is_needed, value in (
                ("undoes", self.action == "undo", self.undoes),
                ("tag", self.action != "undo", self.tag),
                ("into", self.action in {"merge", "rename"}, self.into),
            )
            if is_needed and value is None
        ]
        if missing:
            raise ValueError(f"{self.action} needs {', '.join(missing)}")
        return self


class AppliedCorrection(Correction):
    """A correction with its number, which is its place in `taggings`."""

    number: int = Field(ge=0)
    at: UtcDatetime
