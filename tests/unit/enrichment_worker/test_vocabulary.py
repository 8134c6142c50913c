from pathlib import Path

import pytest

from communique.errors import NotReadyError
from enrichment_worker.knowledge import Organisation, Vocabulary
from enrichment_worker.vocabulary.load import load_vocabulary


def test_the_digest_changes_with_models_and_files(
    vocabulary: Vocabulary, without_model: Vocabulary, tmp_path: Path
):
    same = load_vocabulary(None, {})
    (tmp_path / "given_names.txt").write_text("Zzyzx\n")
    other = load_vocabulary(tmp_path, {})
    assert same.digest == without_model.digest
    assert len({same.digest, other.digest, vocabulary.digest}) == 3


def test_a_missing_model_is_our_fault_and_says_what_to_do():
    with pytest.raises(NotReadyError, match="not installed"):
        load_vocabulary(spacy_models={"en": "no_such_model"})


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("titles.toml", "[honorifics"),
        ("shapes.toml", "before = 1"),
        ("organisations/national/in.toml", '[un]\nname = "United Nations"'),
        ("organisations/own.toml", 'un = "United Nations"'),
        ("taxonomy/football.toml", '[en]\ncore = ["football"]'),
        ("taxonomy/health.toml", '[en]\ncore = ["vaccine(s"]'),
    ],
    ids=[
        "no TOML", "no section", "fields missing", "no table", "no theme",
        "an open bracket",
    ],
)  # fmt: skip
def test_a_broken_file_is_our_fault(tmp_path: Path, file: str, content: str):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(content)
    with pytest.raises(NotReadyError, match="communique vocabulary check"):
        load_vocabulary(tmp_path, {})


def test_a_folder_that_is_none_is_our_fault(tmp_path: Path):
    with pytest.raises(NotReadyError, match="no folder"):
        load_vocabulary(tmp_path / "none", {})


def test_every_organisation_has_an_id_of_its_own(without_model: Vocabulary):
    un = without_model.names.get("United Nations")
    assert {one.target for one in un} == {
        Organisation("org:un", "United Nations", "intergovernmental", None, "Q1065")
    }
