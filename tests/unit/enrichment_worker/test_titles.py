import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

CASES = {
    "bodies that a first name begins": ("With Faith Based Organizations too.", {}),
    "behind the seat that somebody holds": (
        "Member for Zzarwon Roy Zzutler was there.",
        {"Roy Zzutler": ()},
    ),
    "what is called as a person is": ("Troops of Operation Roy Zzutler won.", {}),
    "behind the body that somebody leads": (
        "Chairman of the National Defence Committee Zzalev Zzoi said so.",
        {"Zzalev Zzoi": ("Chairman of the National Defence Committee",)},
    ),
    "behind a ministry": (
        "Permanent Secretary of the Ministry of Defence Zzusti Zzalm and others met.",
        {"Zzusti Zzalm": ("Permanent Secretary of the Ministry of Defence",)},
    ),
    "a body of two subjects, and nobody": (
        "The Chair of the Health Committee Zzinance Board said so.",
        {},
    ),
    "a surname that is a title, behind an unknown name": (
        "The Honourable Zzephson King, who was there.",
        {"Zzephson King": ()},
    ),
    "letters with full stops behind a name": (
        "Mr. Zzerald Zzinds M.P. was there.",
        {"Zzerald Zzinds": ()},
    ),
    "an initial that is no Monsieur": ("Of the Division; Zzorekel M. Daniel went.", {}),
    "office": ("President William Ruto spoke.", {"William Ruto": ("President",)}),
    "portfolio before": (
        "External Affairs Minister S. Jaishankar arrived.",
        {"S. Jaishankar": ("External Affairs Minister",)},
    ),
    "portfolio after": (
        "The Minister of Road Transport and Highways, Nitin Gadkari, opened it.",
        {"Nitin Gadkari": ("Minister of Road Transport and Highways",)},
    ),
    "behind the name": (
        "It was signed by Amina Mohamed, Minister for Trade of Kenya.",
        {"Amina Mohamed": ("Minister for Trade of Kenya",)},
    ),
    "honorifics only": (
        "Dr. Aoife Bhroin and Mr. Kenji Okamura spoke.",
        {
            "Aoife Bhroin": (),
            "Kenji Okamura": (),
        },
    ),
    "honorific and office": (
        "Senator the Hon Penny Wong, Minister for Foreign Affairs, was there.",
        {"Penny Wong": ("Senator", "Minister for Foreign Affairs")},
    ),
    "a surname that is a town": (
        "Hon. Semisi Holland and Home Secretary Daniel May spoke.",
        {"Semisi Holland": (), "Daniel May": ("Home Secretary",)},
    ),
    "a last name that is a small word": (
        "Foreign Minister Bui Thanh Son will attend.",
        {"Bui Thanh Son": ("Foreign Minister",)},
    ),
    "a first name that is a town": (
        "H.E. Basel Abdel-Karim Haddadin arrived.",
        {"Basel Abdel-Karim Haddadin": ()},
    ),
    "a first name that is a title": (
        "Senator Don Farrell met Minister Sultan Al Jaber.",
        {"Don Farrell": ("Senator",), "Sultan Al Jaber": ("Minister",)},
    ),
    "a surname that is a title": (
        "Health Minister Victoria Bishop, who opened it, spoke.",
        {"Victoria Bishop": ("Health Minister",)},
    ),
    "names of fathers": (
        "Sheikha Noura bint Sultan Al Mazrouei and Khalid bin Nasser al-Rumaihi left.",
        {"Noura bint Sultan Al Mazrouei": (), "Khalid bin Nasser al-Rumaihi": ()},
    ),
    "names of fathers in other languages": (
        "Dr Kathleen Ó Briain, Mrs Nur binte Ahmad and Mr Jose dela Cruz left.",
        {"Kathleen Ó Briain": (), "Nur binte Ahmad": (), "Jose dela Cruz": ()},
    ),
    "a first name nobody knows before one": (
        "It was opened by Peadar Ó Catháin in June.",
        {"Peadar Ó Catháin": ()},
    ),
    "a first name that is an adjective but for its accent": (
        "Mr Germán Pérez left.",
        {"Germán Pérez": ()},
    ),
    "given names of many regions": (
        "With Thembeka Zzolga, Bronwyn Zzolge, Ayşe Zzolgi, "
        "Ingvild Zzolgu, Sitiveni Zzolgy and Hirofumi Zzolgan of the team.",
        {
            "Thembeka Zzolga": (),
            "Bronwyn Zzolge": (),
            "Ayşe Zzolgi": (),
            "Ingvild Zzolgu": (),
            "Sitiveni Zzolgy": (),
            "Hirofumi Zzolgan": (),
        },
    ),
    "a family name before a given one": (
        "Vice Minister of Industry Bang Zzo-sun, Kim Zze-hoon and Minister Park Jin.",
        {
            "Bang Zzo-sun": ("Vice Minister of Industry",),
            "Kim Zze-hoon": (),
            "Park Jin": ("Minister",),
        },
    ),
    "whose child somebody is": (
        "Mr Vikram s/o Zzolga and Mdm Priya d/o Zzolge left.",
        {"Vikram s/o Zzolga": (), "Priya d/o Zzolge": ()},
    ),
    "a princess of the council": (
        "The Mayor, Councillor Princess Zzolga, spoke.",
        {"Princess Zzolga": ("Mayor", "Councillor", "Princess")},
    ),
    "a rank of engineers": (
        "It was signed by the Minister of Water and Irrigation Eng. Rania Zzolga.",
        {"Rania Zzolga": ("Minister of Water and Irrigation",)},
    ),
    "a governor's province": (
        "Pakistan's Governor Punjab Sardar Saleem Haider Khan agreed.",
        {"Sardar Saleem Haider Khan": ("Governor",)},
    ),
    "initials apart": ("Dr. A. K. Enamul Huq attended.", {"A. K. Enamul Huq": ()}),
    "a body between office and name": (
        "The Chief Executive Officer of RADA, Winsome Portland, agreed.",
        {"Winsome Portland": ("Chief Executive Officer of RADA",)},
    ),
    "roles end with the list item": (
        "AVM H.B Abubakar, Chief of Air Staff; DIG Kayode Egbetokun, Acting Director.",
        {
            "H.B Abubakar": ("AVM", "Chief of Air Staff"),
            "Kayode Egbetokun": ("DIG", "Acting Director"),
        },
    ),
    "capitals with their country": (
        "VASSILY A. NEBENZIA (Russian Federation) objected.",
        {"VASSILY A. NEBENZIA": ()},
    ),
    "named in a list with one": (
        "He thanked Alhaji Aliko Dangote and Zzemi Otedolaa for it.",
        {"Aliko Dangote": (), "Zzemi Otedolaa": ()},
    ),
    "what is named after a person": (
        "At King Abdulaziz University and at Queen Alia International Airport.",
        {},
    ),
    "an island that begins like a title": ("It reached Prince Edward Island.", {}),
    "an officer is no name": ("The Chief Electoral Officer spoke.", {}),
    "a visit is no name": ("He began his Official Visit today.", {}),
    "rank": (
        "General Abdourahamane Tchiani left.",
        {
            "Abdourahamane Tchiani": ("General",),
        },
    ),
    "desk in brackets": (
        "Secretary (West) Tanmaya Lal led the talks.",
        {"Tanmaya Lal": ("Secretary (West)",)},
    ),
    "two offices": (
        "Deputy Prime Minister and Foreign Minister Ishaq Dar came.",
        {"Ishaq Dar": ("Deputy Prime Minister", "Foreign Minister")},
    ),
    "country code": (
        "Kenya Foreign Secretary KE Roseline Njogu was in town.",
        {"Roseline Njogu": ("Foreign Secretary",)},
    ),
    "initials are no country code": (
        "Chief Minister MK Stalin was in town.",
        {"MK Stalin": ("Chief Minister",)},
    ),
    "letters behind a name": (
        "The Attorney-General, the Hon Mark Dreyfus KC MP, agreed.",
        {"Mark Dreyfus": ("Attorney-General",)},
    ),
    "family name in capitals": (
        "Secretary-General António GUTERRES agreed.",
        {"António GUTERRES": ("Secretary-General",)},
    ),
    "a surname that is a subject": (
        "Administrator Samantha Power agreed.",
        {"Samantha Power": ("Administrator",)},
    ),
    "possessive": (
        "It was signed by Amina Mohamed, Kenya's Foreign Minister.",
        {"Amina Mohamed": ("Foreign Minister",)},
    ),
    "particles": (
        "President Ursula von der Leyen agreed.",
        {"Ursula von der Leyen": ("President",)},
    ),
    "no person": ("The Prime Minister visited New Delhi. President of India.", {}),
    "a plan is no person": ("The Minister Plan and the President Summit failed.", {}),
    "a Cabinet Secretary, short": (
        "CS Zzindiki and PS Zzimtai met MEC Zzwaile and SRSG Zzeita.",
        {
            "Zzindiki": ("CS",),
            "Zzimtai": ("PS",),
            "Zzwaile": ("MEC",),
            "Zzeita": ("SRSG",),
        },
    ),
    "a member of an executive council": (
        "MEC for Health and Traditional Affairs, Mmzzoki Zzwaile, agreed.",
        {"Mmzzoki Zzwaile": ("MEC for Health and Traditional Affairs",)},
    ),
    "a surname that is a body's head": (
        "Ms Helen Court came to the Supreme Court.",
        {"Helen Court": ()},
    ),
    "a nickname in brackets": (
        "Dr Zzenneth (Wendy) Zzraik met Mr Ramon ‘Zzoy’ Zzabalos Jr.",
        {"Zzenneth (Wendy) Zzraik": (), "Ramon ‘Zzoy’ Zzabalos Jr": ()},
    ),
    "one office for several": (
        "Ministers Zzurray, Smith and Jones met Minister Zzanning and Germany.",
        {
            "Zzurray": ("Ministers",),
            "Smith": ("Ministers",),
            "Jones": ("Ministers",),
            "Zzanning": ("Minister",),
        },
    ),
    "a younger one behind a comma": (
        "Secretary Zzenjamin C. Zzabalos, Jr. met Mr. Zzon Zzee, Jr and others.",
        {
            "Zzenjamin C. Zzabalos, Jr": ("Secretary",),
            "Zzon Zzee, Jr": (),
        },
    ),
    "a judge by his surname": (
        "The Justice Minister thanked Justice Zzillese of the Department of Justice.",
        {"Zzillese": ("Justice",)},
    ),
    "titles of elsewhere as parts of a name": (
        "Attorney General Dr Tun Zzhin, Dr. Zzassiel Ato Zzorson and Ato Zzelese came.",
        {
            "Tun Zzhin": ("Attorney General",),
            "Zzassiel Ato Zzorson": (),
            "Zzelese": (),
        },
    ),
    "a letter of Polynesia": (
        "Hon. Losaline Zzā‘asi replied.",
        {"Losaline Zzā‘asi": ()},
    ),
    "persons called as feasts are": (
        "Minister Mohamed Ramadan met Ms Easter Zzale.",
        {"Mohamed Ramadan": ("Minister",), "Easter Zzale": ()},
    ),
    "feasts of faiths": ("The Cabinet marks Rosh Hashanah and Yom Kippur.", {}),
    "a feast and an office in Hindi": (
        "The Gandhi Jayanti and a Krishi Mela were opened by the Raksha Mantri.",
        {},
    ),
    "a weekday is no name": ("The Minister Friday left for Paris.", {}),
}


@pytest.mark.parametrize(("text", "persons"), CASES.values(), ids=CASES)
def test_titles_tell_persons_and_their_roles(
    without_model: Vocabulary, text: str, persons: dict[str, tuple[str, ...]]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    found = named(release, "person")
    roles = {name: person.roles for name, person in found.items()}
    assert roles == persons


def test_a_surname_stands_for_the_one_person_who_has_it(without_model: Vocabulary):
    text = (
        "Foreign Minister Hayashi Yoshimasa met Mr David Lammy. Lammy thanked him. "
        "Minister Hayashi replied to Mr Lammy."
    )
    persons = named(enrich(raw(text, language="en"), without_model, 0), "person")
    assert set(persons) == {"Hayashi Yoshimasa", "David Lammy"}
    assert [one.text for one in persons["David Lammy"].mentions] == [
        "David Lammy", "Lammy", "Lammy",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Health Minister Jane Hopkins spoke. The Minister left. Ms Hopkins slept.",
            ["Jane Hopkins", "Minister", "Hopkins"],
        ),
        (
            "The Minister of Health, Dr. Jane Hopkins, came. The Minister of Health "
            "and the Health Secretary left. The Minister slept.",
            ["Jane Hopkins", "Minister"],
        ),
        (
            "Foreign Secretary Jane Hopkins met Prime Minister Eke. "
            "The Foreign Secretary thanked the Prime Minister.",
            ["Jane Hopkins", "Foreign Secretary"],
        ),
        (
            "Foreign Secretary Jane Hopkins met Home Secretary Peter Brown. "
            "The Foreign Secretary left. The Secretary slept.",
            ["Jane Hopkins", "Foreign Secretary"],
        ),
        (
            "Minister Jane Hopkins met Minister Peter Brown. The Minister left.",
            ["Jane Hopkins"],
        ),
        (
            "Minister Jane Hopkins met the French Minister. The Minister left.",
            ["Jane Hopkins"],
        ),
        (
            "Health Minister Jane Hopkins met the Minister of Trade of Fiji. "
            "The Minister left.",
            ["Jane Hopkins"],
        ),
        (
            "Prime Minister Jane Hopkins spoke. The Minister left.",
            ["Jane Hopkins"],
        ),
        ("The Minister came. Minister Jane Hopkins spoke.", ["Jane Hopkins"]),
        (
            "La ministre de la Santé, Mme Jane Hopkins, a parlé. "
            "La ministre est partie.",
            ["Jane Hopkins", "ministre"],
        ),
    ],
    ids=[
        "the only one",
        "the one with this portfolio",
        "by the whole office",
        "by the whole office, of two of a kind",
        "two of them",
        "another without a name",
        "another portfolio",
        "of another kind",
        "before the name",
        "in French",
    ],
)
def test_the_minister_is_the_one_person_who_is_that(
    without_model: Vocabulary, text: str, expected: list[str]
):
    persons = named(enrich(raw(text), without_model, 0), "person")
    assert [one.text for one in persons["Jane Hopkins"].mentions] == expected


@pytest.mark.parametrize(
    ("text", "identity", "country"),
    [
        ("Ms Jane Hopkins spoke.", "jane-hopkins", None),
        ("Health Minister Jane Hopkins spoke.", "jane-hopkins:health-minister", None),
        (
            "Canadian Health Minister Jane Hopkins spoke.",
            "jane-hopkins:health-minister:ca",
            "CA",
        ),
        (
            "Jane Hopkins, Minister of Health of Canada, spoke.",
            "jane-hopkins:minister-of-health:ca",
            "CA",
        ),
        (
            "The Health Minister of the Maldives, Ms Jane Hopkins, went to Canada.",
            "jane-hopkins:health-minister:mv",
            "MV",
        ),
        (
            "Ms Jane Hopkins went to Canada. Canada's Health Minister Peter Hill did.",
            "jane-hopkins",
            None,
        ),
        (
            "He left Canada. Health Minister Jane Hopkins stayed.",
            "jane-hopkins:health-minister",
            None,
        ),
    ],
    ids=[
        "name",
        "office",
        "adjective",
        "behind",
        "before",
        "another's country",
        "another sentence's country",
    ],
)
def test_a_person_is_known_by_name_office_and_country(
    without_model: Vocabulary, text: str, identity: str, country: str | None
):
    persons = named(enrich(raw(text, language="en"), without_model, 0), "person")
    person = persons["Jane Hopkins"]
    assert (person.id, person.id_source) == (f"person:{identity}", "local")
    assert person.country == country


def test_a_surname_of_two_words_stands_for_the_one_person_who_has_it(
    without_model: Vocabulary,
):
    text = "Secretary Ramon P. Zziu Lauzzel Jr. spoke. Secretary Zziu Lauzzel left."
    release = enrich(raw(text, language="en"), without_model, 0)
    assert set(named(release, "person")) == {"Ramon P. Zziu Lauzzel Jr"}


def test_a_younger_namesake_keeps_his_surname(without_model: Vocabulary):
    text = "President Ferdinand R. Marcos Jr. spoke. Mr. Marcos and Marcos agreed."
    persons = named(enrich(raw(text, language="en"), without_model, 0), "person")
    assert list(persons) == ["Ferdinand R. Marcos Jr"]
    assert len(persons["Ferdinand R. Marcos Jr"].mentions) == 3


def test_a_name_that_a_handle_has_swallowed_is_still_a_mention(
    without_model: Vocabulary,
):
    text = "Mr Karim Rasheed spoke. Thanks to @MinistryOfHealthKarim Rasheed for it."
    release = enrich(raw(text, language="en"), without_model, 0)
    assert release.handles == ()
    assert len(named(release, "person")["Karim Rasheed"].mentions) == 2
