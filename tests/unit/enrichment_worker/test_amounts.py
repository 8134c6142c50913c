"""Amounts of money: as written, and what they come to."""

import pytest

from enrichment_worker.knowledge import Vocabulary
from enrichment_worker.semantics.amounts import amounts
from enrichment_worker.semantics.numerals import decimal_of, scaled
from enrichment_worker.text import Prose
from tests.unit.enrichment_worker.semantics_of import read

CASES = [
    # language, country, text, expected (text, currency, value)
    ("en", "IN", "Rs 1,200 crore", [("Rs 1,200 crore", "INR", "12000000000")]),
    ("en", "IN", "₹5 lakh crore", [("₹5 lakh crore", "INR", "5000000000000")]),
    ("en", "IN", "Rs. 1,23,456.50 each", [("Rs. 1,23,456.50", "INR", "123456.5")]),
    ("en", "PK", "Rs 3 billion", [("Rs 3 billion", "PKR", "3000000000")]),
    ("en", None, "Rs 40 lakh", [("Rs 40 lakh", "INR", "4000000")]),
    ("en", None, "Rs 40 million", [("Rs 40 million", None, "40000000")]),
    ("en", "KE", "KSh 3.2 billion", [("KSh 3.2 billion", "KES", "3200000000")]),
    ("en", None, "Kshs. 3.4 billion", [("Kshs. 3.4 billion", "KES", "3400000000")]),
    ("en", None, "Nu. 3 million", [("Nu. 3 million", "BTN", "3000000")]),
    ("en", "ZA", "Group R. 15 people came", []),
    ("en", "KE", "Sh500 million", [("Sh500 million", "KES", "500000000")]),
    ("en", "KE", "500 shillings", [("500 shillings", "KES", "500")]),
    ("en", "UG", "500 Kenyan shillings", [("500 Kenyan shillings", "KES", "500")]),
    ("en", "ZA", "R1.5 billion", [("R1.5 billion", "ZAR", "1500000000")]),
    ("en", "ZA", "R486 million", [("R486 million", "ZAR", "486000000")]),
    ("en", "AU", "$21.4 million", [("$21.4 million", "AUD", "21400000")]),
    ("en", "GH", "$60m", [("$60m", "USD", "60000000")]),
    ("en", None, "US$ 2.5 bn", [("US$ 2.5 bn", "USD", "2500000000")]),
    ("en", "NZ", "A$5, C$6, NZ$7, S$8, HK$9", [
        ("A$5", "AUD", "5"), ("C$6", "CAD", "6"), ("NZ$7", "NZD", "7"),
        ("S$8", "SGD", "8"), ("HK$9", "HKD", "9")]),
    ("en", "GB", "£730,000 and €1.5bn", [
        ("£730,000", "GBP", "730000"), ("€1.5bn", "EUR", "1500000000")]),
    ("en", "CN", "¥500 million", [("¥500 million", "CNY", "500000000")]),
    ("en", "JP", "80 billion yen", [("80 billion yen", "JPY", "80000000000")]),
    ("en", None, "AED 17.3 billion", [("AED 17.3 billion", "AED", "17300000000")]),
    ("en", None, "5,000 NOK", [("5,000 NOK", "NOK", "5000")]),
    ("en", None, "Two million dollars", [("Two million dollars", "USD", "2000000")]),
    ("en", None, "$10-15 million", [
        ("$10", "USD", "10000000"), ("15 million", "USD", "15000000")]),
    ("en", None, "10 to 15 million euros", [
        ("10", "EUR", "10000000"), ("15 million euros", "EUR", "15000000")]),
    ("en", "CO", "COP 16 met in Cali", []),
    ("en", "CO", "COP 16 million", [("COP 16 million", "COP", "16000000")]),
    ("en", "AL", "ALL 50 states", []),
    ("en", "GB", "500 pounds of rice", []),
    ("en", "GB", "5 million pounds", [("5 million pounds", "GBP", "5000000")]),
    ("en", "KR", "the team of 5 won medals", []),
    ("en", None, "XY$5 is nothing we know", []),
    ("en", None, "Section 5.2.1 of 12.05.2026", []),
    ("en", None, "costs 5 euro-zone states", [("5 euro", "EUR", "5")]),
    ("fr", "FR", "3,5 millions d’euros", [("3,5 millions d’euros", "EUR", "3500000")]),
    ("fr", "FR", "1 250 000 euros", [("1 250 000 euros", "EUR", "1250000")]),
    ("fr", "FR", "1 250,50 €", [("1 250,50 €", "EUR", "1250.5")]),
    ("fr", "FR", "1,2 Md€ et 40 M€", [
        ("1,2 Md€", "EUR", "1200000000"), ("40 M€", "EUR", "40000000")]),
    ("fr", None, "2 milliards de dollars", [
        ("2 milliards de dollars", "USD", "2000000000")]),
    ("fr", "CA", "18 M$ pour Québec", [("18 M$", "CAD", "18000000")]),
    ("fr", "SN", "5 millions de FCFA", [("5 millions de FCFA", "XOF", "5000000")]),
    ("fr", "CM", "5 millions de FCFA", [("5 millions de FCFA", "XAF", "5000000")]),
    ("fr", "CH", "1,6 milliard de francs", [
        ("1,6 milliard de francs", "CHF", "1600000000")]),
    ("fr", "MA", "14 milliards de dirhams", [
        ("14 milliards de dirhams", "MAD", "14000000000")]),
    ("fr", "FR", "dix millions d'euros", [("dix millions d'euros", "EUR", "10000000")]),
    ("fr", "FR", "2 livres publiés", []),
    ("es", "ES", "1.500 millones de euros", [
        ("1.500 millones de euros", "EUR", "1500000000")]),
    ("es", "ES", "3,1 millones de euros", [
        ("3,1 millones de euros", "EUR", "3100000")]),
    ("es", "MX", "$350 millones", [("$350 millones", "MXN", "350000000")]),
    ("es", "MX", "1,500 pesos", [("1,500 pesos", "MXN", "1500")]),
    ("es", "AR", "8.128 millones de dólares", [
        ("8.128 millones de dólares", "USD", "8128000000")]),
    ("es", "CO", "84.000 millones de pesos", [
        ("84.000 millones de pesos", "COP", "84000000000")]),
    ("es", "CL", "3 mil millones de pesos", [
        ("3 mil millones de pesos", "CLP", "3000000000")]),
    ("es", "PE", "S/ 2,5 millones", [("S/ 2,5 millones", "PEN", "2500000")]),
    ("es", "MX", "un millón de dólares", [("un millón de dólares", "USD", "1000000")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "country", "text", "expected"),
    CASES,
    ids=[f"{case[0]} {case[1]} {case[2]}" for case in CASES],
)
def test_money_is_kept_as_written_and_normalised(
    without_model: Vocabulary, language, country, text, expected
):
    money = without_model.semantics.money[language]
    sentence = f"Il: {text}."
    found = amounts(Prose(sentence), money, country)
    assert [(one.text, one.currency, one.value) for one in found] == expected
    assert all(sentence[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize(
    ("written", "point", "value"),
    [
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ".", "1234.56"),
        ("1.500", ",", "1500"),
        ("1.500", ".", "1.500"),
        ("0.500", ",", "0.500"),
        ("1,23,456", ".", "123456"),
        ("1'000'000", ".", "1000000"),
        ("1 250 000,5", ",", "1250000.5"),
        ("10.12.24", ".", None),
        ("007", ".", "7"),
    ],
)
def test_a_number_is_read_by_its_marks_and_else_by_its_country(written, point, value):
    assert decimal_of(written, point) == value


def test_a_scale_moves_the_point_and_leaves_no_exponent():
    assert scaled("1.5", 12) == "1500000000000"
    assert scaled("2.50", 0) == "2.5"
    assert scaled("0", 6) == "0"


def test_a_table_of_amounts_is_cut_after_500(without_model: Vocabulary):
    money = without_model.semantics.money["en"]
    assert len(amounts(Prose("€5, " * 900), money, None)) == 500


def test_the_country_in_the_sign_of_its_money_is_not_mentioned(
    without_model: Vocabulary,
):
    release = read(without_model, "Kenya pays US$2 million for the road.")
    assert release.countries == ("KE",)
    assert [one.name for one in release.entities] == ["Kenya"]
