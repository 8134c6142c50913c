"""Names as French and Spanish build them: offices, heads, small words, short forms."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

PERSONS = {
    "an adjective of an office": (
        "es",
        "La Directora Ejecutiva del Fondo Zzeta, Thzzora Obzzid, llegó.",
        {"Thzzora Obzzid"},
    ),
    "a state in full between office and name": (
        "es",
        "Vino el Embajador de la República Federativa de Brasil en Chile, Zzon Zzeca.",
        {"Zzon Zzeca"},
    ),
    "a short form in brackets before the name": (
        "es",
        "Habló el presidente de la Administración Nacional de Zz (ANZ), Zzélix Zzosa.",
        {"Zzélix Zzosa"},
    ),
    "no general of a body": (
        "es",
        "Visitaron el Hospital General Zzonte Zzinaí y la Contraloría General.",
        set(),
    ),
    "a profession as a title": (
        "es",
        "Lo dijeron el Econ. Zzóscar Zzamosas y la Ing. Zzelia Zzosa.",
        {"Zzóscar Zzamosas", "Zzelia Zzosa"},
    ),
    "a first name that is a month": (
        "es",
        "Asistió el director general de Gabinete, Emb. Julio Zzuarte.",
        {"Julio Zzuarte"},
    ),
    "particles before an office": (
        "es",
        "Firmaron ayer Zzupo del Zzono, embajador, y otros.",
        {"Zzupo del Zzono"},
    ),
    "chief of what follows, and no name": (
        "fr",
        "Le Premier Ministre, Chef du Gouvernement, Dr Zzoseph Zzute, a présidé.",
        {"Zzoseph Zzute"},
    ),
    "two persons joined by y": (
        "es",
        "Asistieron el ministro José Zzalero y Juan Zzolaizola, y María Ortega y Zzet.",
        {"José Zzalero", "Juan Zzolaizola", "María Ortega y Zzet"},
    ),
    "an office with an elided article, behind a comma": (
        "fr",
        "Dirigée par l'Ambassadeur Zzésiré Zzahirira, Conseiller spécial, elle part.",
        {"Zzésiré Zzahirira"},
    ),
    "a professor": ("fr", "Le Professeur Zzouis Zzock a parlé.", {"Zzouis Zzock"}),
    "a rank of several words": (
        "fr",
        "Le colonel-major Zzouley Zzembélé a informé la presse.",
        {"Zzouley Zzembélé"},
    ),
    "accredited to a state": (
        "fr",
        "L'ambassadeur de France auprès de la Mauritanie, Zzobert Zzollié, est venu.",
        {"Zzobert Zzollié"},
    ),
}


@pytest.mark.parametrize(("language", "text", "names"), PERSONS.values(), ids=PERSONS)
def test_persons_are_known_by_french_and_spanish_offices(
    without_model: Vocabulary, language: str, text: str, names: set[str]
):
    event = enrich(raw(text, language=language), without_model, 0)
    assert {one.name for one in event.entities if one.type == "person"} == names


BODIES = {
    "a list in small letters": (
        "fr",
        "Le Centre d'analyse, de prévision et de stratégie a répondu.",
        {"Centre d'analyse, de prévision et de stratégie"},
    ),
    "a comma that goes on with the sentence": (
        "fr",
        "Le Centre d'analyse, de retour à Zzaris, a répondu.",
        {"Centre d'analyse"},
    ),
    "the fight against": (
        "fr",
        "L'Agence nationale de lutte contre la corruption a répondu.",
        {"Agence nationale de lutte contre la corruption"},
    ),
    "an adjective with a hyphen": (
        "fr",
        "L'Office national des barrages et des aménagements hydro-agricoles en a un.",
        {"Office national des barrages et des aménagements hydro-agricoles"},
    ),
    "a subject without of": (
        "fr",
        "La Direction générale Sécurité et Prévention a répondu.",
        {"Direction générale Sécurité et Prévention"},
    ),
    "desks for the press, and an office in small letters": (
        "fr",
        "Le Service de presse et le bureau de la mission ont répondu.",
        set(),
    ),
    "whose it is": (
        "fr",
        "Le Conseil de prévision et de stratégie du gouvernement a répondu.",
        {"Conseil de prévision et de stratégie"},
    ),
    "a part of a known body": (
        "fr",
        "Le Centre de crise et de soutien de l'OTAN a répondu.",
        {"Centre de crise et de soutien", "North Atlantic Treaty Organization"},
    ),
    "several adjectives": (
        "fr",
        "La Commission électorale nationale indépendante a répondu.",
        {"Commission électorale nationale indépendante"},
    ),
    "the last subject of an office": (
        "fr",
        "Le ministre des Affaires étrangères et de la Communauté nationale est là.",
        set(),
    ),
    "what is organised": (
        "fr",
        "Il soutient l'organisation des Présidentielles de cette année.",
        set(),
    ),
    "a body called by its beginning": (
        "es",
        "El Consejo de Vivienda, Transporte y Turismo dice que el Consejo de "
        "Vivienda construye.",
        {"Consejo de Vivienda, Transporte y Turismo"},
    ),
    "the beginning of two bodies": (
        "es",
        "El Consejo de Vivienda y Transporte, el Consejo de Vivienda y Turismo y el "
        "Consejo de Vivienda.",
        {
            "Consejo de Vivienda y Transporte",
            "Consejo de Vivienda y Turismo",
            "Consejo de Vivienda",
        },
    ),
    "a guard in small letters": (
        "fr",
        "Les unités de la garde zzationale et de la garde présidentielle.",
        {"Garde présidentielle"},
    ),
    "two bodies joined by an article": (
        "es",
        "Colaboran la Secretaría de Zzernación y el Poder Legislativo.",
        {"Secretaría de Zzernación", "Poder Legislativo"},
    ),
    "a hospital whose name has a rank": (
        "es",
        "Visitaron el Hospital General Zzonte Zzinaí de nuevo.",
        {"Hospital General Zzonte Zzinaí"},
    ),
    "forces": (
        "es",
        "Lo hicieron las Fuerzas Militares en zona rural.",
        {"Fuerzas Militares"},
    ),
    "parts of countries, and of ministries": (
        "es",
        "Fue en el Departamento de Zzapata y en el Departamento de Choluteca, según "
        "el Departamento de Justicia.",
        {"Departamento de Justicia"},
    ),
    "subjects that no other list has": (
        "fr",
        "Le ministère des Affaires sociales, Actions humanitaires et Solidarité "
        "nationale informe.",
        {
            "Ministère des Affaires sociales, Actions humanitaires et Solidarité "
            "nationale"
        },
    ),
    "an institution of something": (
        "fr",
        "Il est vice-président de l’institution pour l’Afrique.",
        set(),
    ),
    "who came from a country": (
        "es",
        "Estuvo una delegación de República Dominicana.",
        set(),
    ),
}


@pytest.mark.parametrize(("language", "text", "names"), BODIES.values(), ids=BODIES)
def test_bodies_are_known_by_french_and_spanish_shapes(
    without_model: Vocabulary, language: str, text: str, names: set[str]
):
    event = enrich(raw(text, language=language), without_model, 0)
    assert {one.name for one in event.entities if one.type == "organisation"} == names


def test_a_short_form_in_small_letters_stands_for_its_body(without_model: Vocabulary):
    text = "La Direction de l'information des Armées (Dirarm) parle. La Dirarm ajoute."
    event = enrich(raw(text, language="fr"), without_model, 0)
    bodies = named(event, "organisation")
    assert set(bodies) == {"Direction de l'information des Armées"}
    (body,) = bodies.values()
    assert body.aliases == ("Dirarm",)
    assert len(body.mentions) == 3


def test_a_body_that_nobody_introduces_is_known_where_its_country_speaks(
    without_model: Vocabulary,
):
    text = "Le MTPTC et la DINEPA ont répondu à la Primature."
    event = enrich(raw(text, language="fr", country="HT"), without_model, 0)
    assert {one.id for one in event.entities} == {
        "org:ht-mtptc",
        "org:ht-dinepa",
        "org:ht-primature",
    }


PLACES = {
    "a country behind": (
        "fr",
        "Ils rentrent de la province du Zzubei en Chine.",
        {"Zzubei", "China"},
    ),
    "a state by its name in full": (
        "fr",
        "Le Premier ministre de la République portugaise est venu.",
        {"Portugal"},
    ),
    "a list with figures": (
        "es",
        "Llegaron a los centros poblados Zzarancas (35), Zzumi (40) y Zzollo (44).",
        {"Zzarancas", "Zzumi", "Zzollo"},
    ),
    "a rural zone": ("es", "Fue en zona rural de Vista Zzosa.", {"Vista Zzosa"}),
}


@pytest.mark.parametrize(("language", "text", "names"), PLACES.values(), ids=PLACES)
def test_places_are_known_by_french_and_spanish_words(
    without_model: Vocabulary, language: str, text: str, names: set[str]
):
    event = enrich(raw(text, language=language), without_model, 0)
    assert {one.name for one in event.entities if one.type == "place"} == names


def test_a_country_that_is_often_named_takes_part_only_if_something_is_done_with_it(
    without_model: Vocabulary,
):
    said = "La policía hondureña captura a un zzista de El Salvador. "
    text = said + "El Salvador lo buscaba, y El Salvador lo juzga. " * 5
    title = "Captura en El Salvador"
    named = raw(text, title=title, language="es", country="HN")
    met = raw(
        text + "El ministro se reunió con El Salvador.",
        title=title,
        language="es",
        country="HN",
    )
    assert enrich(named, without_model, 0).lateral == "none"
    assert enrich(met, without_model, 0).lateral == "bilateral"


def test_a_ministry_of_one_subject_is_no_other_countrys(without_model: Vocabulary):
    text = "Le ministère des Affaires sociales a répondu."
    found = [
        one.id
        for country in ("CM", "CD")
        for one in enrich(
            raw(text, language="fr", country=country), without_model, 0
        ).entities
    ]
    assert found == ["org:cm-minas", None]
