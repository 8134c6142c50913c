"""What a ministry's release says of itself: kind, issuer, partners, event."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from communique.events import Issuer
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.semantics_of import read

TYPES = [
    # language, title, text, expected type
    (
        "en",
        "Statement by H.E. Ana Diaz at the General Assembly",
        "Mr. President, Excellencies, ladies and gentlemen, I thank you.",
        "speech",
    ),
    (
        "en",
        "Joint Statement on cyber security",
        "The ministers met and issued the following statement.",
        "statement",
    ),
    (
        "en",
        "",
        "Ruritania strongly condemns the attack in Kabul and offers condolences.",
        "statement",
    ),
    (
        "en",
        "Prime Minister pays official visit to Fiji",
        "The Prime Minister arrived in Suva on Monday for a working visit.",
        "visit",
    ),
    (
        "en",
        "Minister meets Ambassador",
        "The Minister held talks with the Ambassador. The meeting was held in Lima.",
        "visit",
    ),
    (
        "en",
        "Kenya and Fiji sign MoU on fisheries",
        "The ministers signed a Memorandum of Understanding at a signing ceremony.",
        "agreement",
    ),
    (
        "en",
        "New Ambassador to Peru",
        "Ms Ana Diaz has been appointed as the next Ambassador.",
        "appointment",
    ),
    (
        "en",
        "Consumer Price Index, May 2026",
        "Annual inflation was 2.1 per cent, seasonally adjusted.",
        "statistics",
    ),
    (
        "en",
        "Invitation to tender: school meals",
        "Sealed bids are invited from eligible bidders.",
        "tender",
    ),
    (
        "en",
        "Travel advisory: floods",
        "Citizens are advised to avoid the delta and exercise caution.",
        "advisory",
    ),
    (
        "en",
        "Remarks by the Minister at the forum",
        "Excellencies, ladies and gentlemen, good morning.",
        "speech",
    ),
    (
        "en",
        "Correction: Number of schools",
        "An earlier version incorrectly stated 22; it should read 24.",
        "correction",
    ),
    ("en", "New bridge opens", "The bridge carries 900 cars a day.", "other"),
    (
        "fr",
        "Déclaration conjointe sur la pêche",
        "Les ministres condamnent fermement la pêche illégale.",
        "statement",
    ),
    (
        "fr",
        "Déplacement de la ministre à Lomé",
        "La ministre se rendra en visite officielle au Togo.",
        "visit",
    ),
    (
        "fr",
        "Signature d’un accord sur la pêche",
        "Les deux ministres ont signé un protocole d’accord.",
        "agreement",
    ),
    (
        "fr",
        "Nomination de M. Jean Dupont",
        "M. Dupont est nommé ambassadeur au Togo.",
        "appointment",
    ),
    (
        "fr",
        "Indice des prix à la consommation",
        "En glissement annuel, la hausse est de 2 %.",
        "statistics",
    ),
    (
        "fr",
        "Appel d’offres : cantines",
        "Les soumissionnaires déposent leurs offres.",
        "tender",
    ),
    (
        "fr",
        "Rappel de produit",
        "Mise en garde : il est recommandé de ne pas consommer ce fromage.",
        "advisory",
    ),
    (
        "fr",
        "Discours de la ministre",
        "Mesdames et Messieurs, chers amis, je suis heureuse.",
        "speech",
    ),
    (
        "fr",
        "Rectificatif",
        "Une erreur s’est glissée dans notre communiqué ; il fallait lire 24.",
        "correction",
    ),
    (
        "es",
        "Comunicado conjunto",
        "Los gobiernos condenan el ataque y expresan su solidaridad.",
        "statement",
    ),
    (
        "es",
        "Visita oficial a Lima",
        "El canciller se reunió con su homólogo y sostuvo una reunión.",
        "visit",
    ),
    (
        "es",
        "Firma del convenio",
        "Los ministros firmaron un memorando de entendimiento.",
        "agreement",
    ),
    (
        "es",
        "Nombramiento de la embajadora",
        "Ana Díaz fue nombrada embajadora.",
        "appointment",
    ),
    (
        "es",
        "Índice de precios al consumo",
        "La tasa anual fue del 2 % en el segundo trimestre.",
        "statistics",
    ),
    (
        "es",
        "Licitación pública de comedores",
        "Los oferentes consultan los pliegos.",
        "tender",
    ),
    (
        "es",
        "Alerta roja por lluvias",
        "Se recomienda a la población evitar las quebradas.",
        "advisory",
    ),
    ("es", "Palabras de la ministra", "Muy buenos días, señoras y señores.", "speech"),
    ("es", "Fe de erratas", "Donde dice 22, debe decir 24.", "correction"),
]


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    TYPES,
    ids=[f"{case[0]} {case[3]} {case[1]}" for case in TYPES],
)
def test_a_release_has_a_kind_by_its_words(
    without_model: Vocabulary, language, title, text, expected
):
    kind = read(without_model, text, language=language, title=title).document_type
    assert kind is not None
    assert kind.type == expected
    assert 0.1 <= kind.confidence < 1
    assert all(text[one.start : one.end] == one.text for one in kind.evidence)


AGREEMENTS = [
    (
        "en",
        "The ministers met and signed a Memorandum of Understanding on malaria.",
        ["Memorandum of Understanding on malaria"],
    ),
    (
        "en",
        "They signed a Memorandum of Understanding on fisheries in Lima on 12 May.",
        ["Memorandum of Understanding on fisheries"],
    ),
    (
        "en",
        "The Comprehensive Economic Partnership Agreement was signed by both.",
        ["Comprehensive Economic Partnership Agreement"],
    ),
    (
        "en",
        "They signed an MoU on trade and an Agreement on the Transfer of Prisoners.",
        ["MoU on trade", "Agreement on the Transfer of Prisoners"],
    ),
    ("en", "They signed an agreement with Peru.", []),
    ("en", "The Paris Agreement binds all. They signed nothing.", []),
    (
        "en",
        "They exchanged a Letter of Intent concerning rail between Lima and Cusco.",
        ["Letter of Intent concerning rail"],
    ),
    (
        "en",
        "They initialled the Treaty on Extradition; nobody objected.",
        ["Treaty on Extradition"],
    ),
    ("en", "They signed the Protocol. The Protocol was signed twice.", ["Protocol"]),
    ("en", "The Treaty of Amity was not signed.", []),
    ("en", "Both will sign the Open Skies Agreement in June.", []),
    ("en", "The Extradition Treaty is to be signed soon.", []),
    (
        "en",
        "They signed the Ports Protocol. The Extradition Treaty will be signed later.",
        ["Ports Protocol"],
    ),
    ("fr", "Ils signeront la Convention sur la pêche en juin.", []),
    ("fr", "Ils n’ont pas signé la Convention sur la pêche.", []),
    ("es", "Los ministros firmarán el Convenio sobre pesca en junio.", []),
    ("es", "No se firmó el Convenio sobre pesca.", []),
    (
        "fr",
        "Ils ont signé un accord de coopération dans le domaine de la pêche à Rabat.",
        ["accord de coopération dans le domaine de la pêche"],
    ),
    (
        "fr",
        "Ils ont paraphé une convention relative aux ports et un protocole d’accord "
        "sur la santé.",
        ["convention relative aux ports", "protocole d’accord sur la santé"],
    ),
    (
        "es",
        "Firmaron un convenio de colaboración en materia de salud entre ambos.",
        ["convenio de colaboración en materia de salud"],
    ),
    (
        "es",
        "Suscribieron un memorando de entendimiento sobre turismo en Madrid.",
        ["memorando de entendimiento sobre turismo"],
    ),
]


@pytest.mark.parametrize(
    ("language", "text", "names"), AGREEMENTS, ids=[b[:60] for _, b, _ in AGREEMENTS]
)
def test_a_signed_agreement_is_known_by_its_name(
    without_model: Vocabulary, language, text, names
):
    found = read(without_model, text, language=language).agreements
    assert [one.name for one in found] == names
    for one in found:
        assert text[one.start : one.end] == one.text
        assert one.signed is not None
        assert text[one.signed.start : one.signed.end] == one.signed.text


PARTIES = [
    (
        "en",
        "CA",
        "The Ministers of Foreign Affairs of Canada, France and Japan strongly condemn "
        "the launch of a missile by North Korea.",
        "multilateral",
        ("CA", "FR", "JP"),
    ),
    (
        "en",
        "IN",
        "India and Kenya signed an agreement. The two sides met in Delhi.",
        "bilateral",
        ("IN", "KE"),
    ),
    (
        "en",
        "KE",
        "The Minister met her Ugandan counterpart in Kampala.",
        "bilateral",
        ("KE", "UG"),
    ),
    (
        "en",
        None,
        "India and the Maldives held talks. Both countries agreed on more.",
        "bilateral",
        ("IN", "MV"),
    ),
    (
        "en",
        "AU",
        "The foreign ministers of Australia, Japan and India met in Tokyo.",
        "multilateral",
        ("AU", "JP", "IN"),
    ),
    (
        "en",
        "KE",
        "Rice from Pakistan and Vietnam has become dearer, says the bureau.",
        "none",
        (),
    ),
    ("en", "KE", "A new bridge was opened in Garissa County.", "none", ()),
    (
        "en",
        None,
        "The General Assembly met. Member states adopted the text.",
        "multilateral",
        (),
    ),
    (
        "fr",
        "FR",
        "La ministre s’est entretenue avec son homologue du Sénégal.",
        "bilateral",
        ("FR", "SN"),
    ),
    ("fr", "FR", "À Mayotte et à La Réunion, la délégation est en visite.", "none", ()),
    (
        "es",
        "ES",
        "España y México firmaron un convenio. Ambos países cooperan.",
        "bilateral",
        ("ES", "MX"),
    ),
]


@pytest.mark.parametrize(
    ("language", "country", "text", "lateral", "parties"),
    PARTIES,
    ids=[case[2][:60] for case in PARTIES],
)
def test_countries_that_deal_with_one_another_are_parties(
    without_model: Vocabulary, language, country, text, lateral, parties
):
    release = read(without_model, text, language=language, country=country)
    assert release.lateral == lateral
    assert set(release.parties) == set(parties)
    assert release.parties[: len(parties[:1])] == parties[:1]
    others = [code for code in release.parties if code != country]
    assert list(release.counterparts) == others


def issuer(ministry: str | None, country: str | None, number: int = 0) -> Issuer:
    return Issuer(
        feed_id=f"0e8e5b5c-5ba9-5f0a-9a5a-3a3a4f0c1d2{number}",
        feed_url=f"https://{number}.example/feed.xml",
        title="News",
        ministry=ministry,
        country=country,
    )


def test_the_feed_says_who_issues_a_release(without_model: Vocabulary):
    text = "The Ministry of Defence said that the road is open."
    release = read(without_model, text, issuers=(issuer("Ministry of Health", "KE"),))
    body = release.issuing_ministry
    assert body is not None
    assert (body.name, body.id, body.country) == (
        "Ministry of Health",
        "org:ke-health",
        "KE",
    )
    assert body.evidence == ()


def test_a_ministry_that_nobody_listed_is_named_without_an_id(
    without_model: Vocabulary,
):
    release = read(without_model, "", issuers=(issuer("Ministry of Oddities", "KE"),))
    assert release.issuing_ministry is not None
    assert release.issuing_ministry.id is None


def test_two_feeds_of_two_ministries_issue_jointly(without_model: Vocabulary):
    issuers = (
        issuer("Ministry of Health", "KE"),
        issuer("Ministry of Health", "UG", 1),
        issuer("Ministry of Health", "KE", 2),
    )
    release = read(without_model, "Measles is over.", issuers=issuers)
    assert [one.country for one in release.joint_issuers] == ["UG"]


ISSUED = [
    (
        "es",
        "ES",
        "El Ministerio de Sanidad ha publicado hoy los datos.",
        "Ministry of Health",
    ),
    (
        "en",
        "IN",
        "The Ministry of External Affairs said on Monday that talks go on.",
        "Ministry of External Affairs",
    ),
    (
        "en",
        "IN",
        "Ministry of External Affairs\n\nTalks go on in Delhi.\n",
        "Ministry of External Affairs",
    ),
    (
        "en",
        "IN",
        "Talks go on.\n\nMinistry of External Affairs",
        "Ministry of External Affairs",
    ),
    (
        "en",
        "IN",
        "Issued by the Ministry of External Affairs: talks go on.",
        "Ministry of External Affairs",
    ),
    ("en", "IN", "Officials of the Ministry of External Affairs came to lunch.", None),
    ("en", "KE", "The Ministry of External Affairs said that talks go on.", None),
    (
        "en",
        "KE",
        "The Ministry of Health said so, and the Ministry of Defence said so.",
        None,
    ),
    (
        "fr",
        "FR",
        "Selon le ministère de l’Intérieur, le calme est revenu.",
        "Ministry of the Interior",
    ),
]


@pytest.mark.parametrize(
    ("language", "country", "text", "name"), ISSUED, ids=[c[2][:50] for c in ISSUED]
)
def test_without_a_feed_the_text_says_who_issues_it(
    without_model: Vocabulary, language, country, text, name
):
    body = read(
        without_model, text, language=language, country=country
    ).issuing_ministry
    assert (body.name if body else None) == name
    if body is not None:
        assert body.evidence
        assert all(text[one.start : one.end] == one.text for one in body.evidence)


def test_a_joint_statement_names_who_speaks_together(without_model: Vocabulary):
    text = "Joint statement by the Foreign Ministers of Australia, Japan and Fiji."
    release = read(without_model, text, country="AU")
    assert [one.id for one in release.joint_issuers] == ["JP", "FJ"]
    title = "India–Kenya Joint Statement"
    text = (
        "The two sides met in Nairobi and agreed on a plan. Kenya and India are glad."
    )
    release = read(without_model, text, country="IN", title=title)
    assert [one.id for one in release.joint_issuers] == ["KE"]


EVENTS = [
    (
        "en",
        "The Minister paid an official visit to Lima from 10-12 May 2026.",
        "2026-05-10",
        "Lima",
    ),
    (
        "es",
        "Firmaron el acuerdo en Lima. La próxima reunión será el 20 de junio.",
        None,
        "Lima",
    ),
    ("en", "The meeting was held in Nairobi on 11 May 2026.", "2026-05-11", "Nairobi"),
    (
        "en",
        "NEW DELHI, 11 May 2026: The Minister inaugurated the new clinic.",
        "2026-05-11",
        "New Delhi",
    ),
    (
        "en",
        "The summit will be held in Lima from 12 to 14 June 2026.",
        "2026-06-12",
        "Lima",
    ),
    ("en", "Prices rose in 2025, by 3 per cent.", None, None),
    ("fr", "La réunion s’est tenue lundi à Dakar.", "2026-05-11", "Dakar"),
    ("es", "La reunión se celebró el lunes en Lima.", "2026-05-11", "Lima"),
]


@pytest.mark.parametrize(
    ("language", "text", "date", "place"), EVENTS, ids=[c[1][:50] for c in EVENTS]
)
def test_an_event_has_its_day_and_place(
    without_model: Vocabulary, language, text, date, place
):
    told = read(without_model, text, language=language).event
    assert (told.date if told else None) == date
    assert (told.place if told else None) == place
    if told is not None:
        assert told.place_id_source == "geonames"
        assert told.location is not None
        assert all(text[one.start : one.end] == one.text for one in told.evidence)


RELEASES = Path(__file__).parents[3].parent / "shared" / "releases"


@pytest.mark.skipif(
    not RELEASES.is_dir(), reason="../shared is not beside the repository"
)
@pytest.mark.parametrize("model", [True, False], ids=["with a model", "without one"])
def test_the_release_that_it_all_began_with_is_bilateral_and_of_its_ministry(
    vocabulary: Vocabulary, without_model: Vocabulary, model
):
    text = (RELEASES / "india-maldives-jwg.txt").read_text("utf-8")
    known = (RELEASES / "india-maldives-jwg.expected.json").read_text("utf-8")
    expected = json.loads(known)
    release = read(
        vocabulary if model else without_model,
        text,
        published_at=datetime(2021, 3, 30, 10, tzinfo=UTC),
    )
    assert release.issuing_ministry is not None
    assert release.issuing_ministry.name == expected["issuing_ministry"]
    assert release.issuing_ministry.id == "org:in-mea"
    assert release.lateral == "bilateral"
    assert list(release.parties) == expected["bilateral"]
    assert release.counterparts == ("MV",)
    assert [one.speaker for one in release.quotes] == [None]
    assert [one.date for one in release.dates] == ["2021-03-29"]


BILINGUAL = (
    "The Minister of Foreign Affairs met the ministers of the region in the capital "
    "and set out what the government is going to do for the fishing villages of the "
    "north, which have lost most of their boats in the storm of last winter. It will "
    "cost $3 million until 12 May 2027.\n\n"
    "Le ministre des Affaires étrangères a reçu les ministres de la région dans la "
    "capitale et leur a exposé ce que le gouvernement va faire pour les villages de "
    "pêcheurs du nord, qui ont perdu la plupart de leurs bateaux dans la tempête. Ils "
    "ont signé le 3 mai 2026 un accord de coopération dans le domaine de la pêche, "
    "pour 2,5 millions d’euros.\n"
)


def test_each_paragraph_is_read_in_its_own_language(without_model: Vocabulary):
    found = read(without_model, BILINGUAL, language="en")
    assert [one.date for one in found.dates] == ["2027-05-12", "2026-05-03"]
    assert [(one.currency, one.value) for one in found.amounts] == [
        ("USD", "3000000"),
        ("EUR", "2500000"),
    ]
    assert [one.name for one in found.agreements] == [
        "accord de coopération dans le domaine de la pêche"
    ]
