"""What kind of release it is, and what was signed."""

import pytest

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
