"""`communique vocabulary check` finds what is broken, double, ambiguous or dead."""

from pathlib import Path

import pytest

from enrichment_worker.vocabulary.check import check

SOUND = {
    "organisations/desk.toml": '[desk]\nname = "Blue Desk"\nkind = "office"\n'
    'short = ["BDX"]\nfr = ["Bureau bleu"]\n[nato]\nremove = true',
    "organisations/national/ke.toml": '[ke-desk]\nname = "Red Desk"\nkind = "office"',
    "taxonomy/water.toml": '[entities]\nstrong = ["org:desk"]\n'
    '[en]\nremove = ["sanitation"]\nstrong = ["blue corridor(s)"]\n'
    'needs = { "blue corridor(s)" = ["sea"] }\n[subthemes.corridors.en]\nweak = ["c"]',
    "places/cities.toml": 'never = ["Desk"]\n[also]\n"KE/Nairobi" = ["Nyrobi"]',
    "places/regions.toml": '[regions.north-desk]\nname = "North Desk"\ncountry = "KE"',
    "given_names.txt": "Zzyzx\n",
    "cues/agreements.toml": '[en.signs]\nstrong = ["sealed"]\nremove = ["inked"]',
    "money.toml": '[signs]\n"Kr$" = "NOK"',
}


def organisation(**fields: object) -> str:
    known = {"name": '"Blue Desk"', "kind": '"office"', **fields}
    lines = (f"{field} = {value}" for field, value in known.items() if value)
    return "[desk]\n" + "\n".join(lines)


def write(directory: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(content, "utf-8")
    return directory


def test_the_shipped_vocabulary_is_sound():
    assert check() == []


def test_a_sound_vocabulary_of_ones_own_is(tmp_path: Path):
    assert check(write(tmp_path, SOUND)) == []


TWICE = '[desk]\nname = "Blue Desk"\nkind = "office"\n'
WATER = "taxonomy/water.toml"
DESK = "organisations/desk.toml"
CUES = "cues/agreements.toml"
PROBLEMS = {
    "no TOML": (DESK, "[desk", "", "cannot be read"),
    "no table": (DESK, 'desk = "Desk"', "desk", "must be a table"),
    "an unknown field": (DESK, organisation(colour='"blue"'), "desk", "'colour'"),
    "no name": (DESK, organisation(name='""'), "desk", "no name"),
    "a kind of its own": (DESK, organisation(kind='"club"'), "desk", "its kind"),
    "no country": (DESK, organisation(country='"XX"'), "desk", "'XX' is no country"),
    "an id of nowhere": (DESK, organisation(wikidata='"Q42"'), "desk", "'Q42'"),
    "an empty name": (DESK, organisation(short='[""]'), "desk", "'' can never match"),
    "spaces around": (DESK, organisation(short='["BDX "]'), "desk", "can never match"),
    "an empty list": (DESK, organisation(short="[]"), "desk", "short is empty"),
    "no list": (DESK, organisation(short='"BDX"'), "desk", "a list of words"),
    "twice in a list": (DESK, organisation(short='["B", "B"]'), "desk", "stands there"),
    "the short form of another": (
        DESK, organisation(short='["WHO"]'), "desk", "'WHO' is also that of who",
    ),
    "the name of another": (
        DESK, organisation(name='"World Bank"'), "desk", "the name 'World Bank'",
    ),
    "nothing to remove": (DESK, "[desk]\nremove = true", "desk", "none to remove"),
    "an id in capitals": (DESK, TWICE.replace("[desk]", "[Desk]"), "Desk", "small"),
    "no theme": ("taxonomy/football.toml", "", "", "no such theme"),
    "a dead id": (WATER, '[entities]\nweak = ["org:zz"]', "", "'org:zz' is dead"),
    "an unknown kind of dealing": (
        WATER, '[parties]\nweak = ["lateral"]', "", "'lateral' is none of",
    ),
    "an unknown section": (WATER, '[en]\nsome = ["x"]', "en", "'some'"),
    "an unknown key": (WATER, "cup = 3", "", "'cup'"),
    "an open bracket": (WATER, '[en]\nweak = ["x(s"]', "en", "not closed"),
    "a phrase twice": (
        WATER, '[en]\nweak = ["x(s)"]\ncore = ["xs"]', "en", "'xs' stands under core",
    ),
    "no words": (WATER, '[en]\nweak = ["…"]', "en", "can never match"),
    "a context that is no words": (
        WATER, '[en]\nweak = ["x"]\nneeds = { x = ["U.S."] }', "en", "'U.S.' can never",
    ),
    "a context of nothing": (
        WATER, '[en]\nweak = ["x"]\nneeds = { y = ["z"] }', "en", "'y' is no phrase",
    ),
    "a language of no text": (WATER, '[xx]\nweak = ["x"]', "xx", "no text is ever"),
    "a subtheme of another": (
        WATER, '[subthemes.vaccination.en]\nweak = ["x"]', "vaccination", "another",
    ),
    "no town": (
        "places/cities.toml", '[also]\n"KE/Zz" = ["Z"]', "KE/Zz", "GeoNames has no",
    ),
    "no region": ("places/regions.toml", "[regions.zz]", "zz", "no name"),
    "no country's people": (
        "places/demonyms.toml", '[XX]\nen = ["Zz"]', "XX", "no country",
    ),
    "a place nobody reads": ("places/rivers.toml", "", "", "are read from"),
    "cues nobody reads": ("cues/smiles.toml", "", "", "are read from"),
    "cues of no language": (
        CUES, '[xx.signs]\nstrong = ["y"]', "xx", "one of en, fr, es",
    ),
    "a cue nobody asks for": (
        CUES, '[en.seals]\nstrong = ["y"]', "en.seals", "one of ends, named, signs",
    ),
    "a weight of its own": (CUES, '[en.signs]\nheavy = ["y"]', "en.signs", "'heavy'"),
    "a cue of no words": (CUES, '[en.signs]\nweak = [""]', "en.signs", "can never"),
    "a cue with an open bracket": (
        CUES, '[en.signs]\nweak = ["x(s"]', "en.signs", "not closed",
    ),
    "money of nowhere": ("money.toml", '[signs]\n"Zz$" = "ZZZ"', "Zz$", "'ZZZ' is no"),
    "a list nobody reads": ("titles.toml", "[pets]", "pets", "no such section"),
    "a file nobody reads": ("names.txt", "x", "", "nothing reads"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "entry", "words"), PROBLEMS.values(), ids=PROBLEMS
)
def test_what_is_wrong_is_said_with_file_and_entry(
    tmp_path: Path, name: str, content: str, entry: str, words: str
):
    problems = check(write(tmp_path, {name: content}))
    assert [(one.file, one.entry) for one in problems] == [
        (str(tmp_path / name), entry)
    ]
    assert words in problems[0].message


def test_an_id_in_two_files_is_told_of_both(tmp_path: Path):
    files = {DESK: TWICE, "organisations/more.toml": TWICE.replace("Blue", "Red")}
    problems = check(write(tmp_path, files))
    assert {(Path(one.file).name, one.message) for one in problems} == {
        ("desk.toml", "the id is given twice"),
        ("more.toml", "the id is given twice"),
    }


def test_a_folder_that_is_none_is_said(tmp_path: Path):
    (one,) = check(tmp_path / "none")
    assert one.message == "it is no folder"
