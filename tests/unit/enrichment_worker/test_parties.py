"""Which countries deal with one another in a release."""

import pytest

from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.semantics_of import read

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
