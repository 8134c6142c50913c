"""Bytes to text, by what they are."""

import pytest

from communique.encoding import charset_of, decoded

RUSSIAN = "Министерство финансов сообщает о внесении изменений"
GERMAN = "Das Bundesministerium für Umwelt fördert Städte"


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        (RUSSIAN.encode(), ["windows-1251"], RUSSIAN),
        (RUSSIAN.encode("utf-8-sig"), [None], "\ufeff" + RUSSIAN),
        (RUSSIAN.encode("utf-16"), [None], "\ufeff" + RUSSIAN),
        (f"<a>{RUSSIAN}".encode("utf-16-be"), [None], f"<a>{RUSSIAN}"),
        (RUSSIAN.encode("cp1251"), ["utf-8", "windows-1251"], RUSSIAN),
        (RUSSIAN.encode("koi8-r"), [None, "koi8-r"], RUSSIAN),
        (RUSSIAN.encode("cp1251"), ["idna", "no-such", "utf-7"], RUSSIAN),
        (GERMAN.encode("latin-1"), ["ISO-8859-1"], GERMAN),
        ("“quoted”".encode("cp1252"), ["us-ascii"], "“quoted”"),
        (RUSSIAN.encode() + b"\xd0", ["utf-8"], RUSSIAN + "\ufffd"),
        (b"\x81\x8d\x8f", ["cp1252"], None),
        (b"", [], ""),
    ],
    ids=[
        "UTF-8 whatever is declared",
        "mark of UTF-8",
        "mark of UTF-16",
        "UTF-16 without a mark",
        "the document is right",
        "the server is right",
        "nobody is right",
        "Latin 1",
        "ASCII means Windows",
        "UTF-8, cut",
        "nothing fits",
        "empty",
    ],
)
def test_text_is_read_as_what_it_is(body, declared, text):
    found = decoded(body, *declared)
    assert isinstance(found, str)
    if text is not None:
        assert found.removeprefix("\ufeff") == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        (None, None),
        ("text/html", None),
        ('text/html; charset="UTF-8"', "utf-8"),
        ("text/xml;Charset=koi8-r; x=y", "koi8-r"),
    ],
)
def test_charset_is_a_parameter(content_type, charset):
    assert charset_of(content_type) == charset
