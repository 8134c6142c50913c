"""Bodies that no list knows, by the shape of their names."""

import pytest

from enrichment_worker.enrich import enrich
from enrichment_worker.knowledge import Vocabulary
from tests.unit.enrichment_worker.examples import named, raw

NAMES = {
    "a body before the name of who leads it": (
        "Chairman of the National Zzurity Committee Zzalev Zzoi said so.",
        {"National Zzurity Committee"},
    ),
    "a council of a place with an apostrophe": (
        "The Hawke's Bay Regional Council of New Zealand met.",
        {"Hawke's Bay Regional Council"},
    ),
    "an embassy called by whose it is": (
        "The Ghana Embassy in Zzairo and the British High Commission agreed.",
        {"Ghana Embassy", "British High Commission"},
    ),
    "the government of a state": (
        "He came from the Zzelliik State Government.",
        {"Zzelliik State Government"},
    ),
    "a fire service": ("The Zzucia Fire Service came.", {"Zzucia Fire Service"}),
    "a building called by what is in it": (
        "It met in the Zzolga Government Administration Building.",
        set(),
    ),
    "one of several": ("Searches go on in every Zzolga Police Division.", set()),
    "ours": ("My Ministry agreed.", set()),
    "a department of two subjects, the last with a head": (
        "The Department of Probation and Parole Services agreed.",
        {"Department of Probation and Parole Services"},
    ),
    "what an office is about, with a head": (
        "The Minister of Home Affairs, External Communications and National "
        "Development Unit came.",
        set(),
    ),
    "peoples in a treaty": ("Eight First Nations in Treaty No. 3 agreed.", set()),
    "a company, once with what kind it is": (
        "Zzorch Downs Zzorse Company LLC agreed. Zzorch Downs Zzorse Company pays.",
        {"Zzorch Downs Zzorse Company LLC"},
    ),
    "two bodies, the first known": (
        "Amnesty International and Human Rights Watch agreed.",
        {"Amnesty International", "Human Rights Watch"},
    ),
    "two bodies, the first unknown": (
        "Zzisce and Longford County Council agreed.",
        {"Longford County Council"},
    ),
    "three bodies": (
        "The Council of the European Union, the Court of Justice of the European Union "
        "and Europol agreed.",
        {
            "Council of the European Union",
            "Court of Justice of the European Union",
            "Europol",
        },
    ),
    "a new party": ("The New Zzatriotic Party won.", {"New Zzatriotic Party"}),
    "a member of a parliament": ("The Member of Parliament for Kwadaso.", set()),
    "a branch in a country": (
        "British Red Cross and Transparency International Zambia agreed.",
        {"British Red Cross", "Transparency International Zambia"},
    ),
    "a company": ("Jilin Trading Co., Ltd. agreed.", {"Jilin Trading Co., Ltd"}),
    "named after a person with a title": (
        "King Abdulaziz University agreed.",
        {"King Abdulaziz University"},
    ),
    "what an office is about": (
        "Cabinet Secretary for Interior and National Administration Kithure Kindiki.",
        set(),
    ),
    "a treaty of a union": ("The Zzalepili Union treaty stands.", set()),
    "a country with a body's head": ("The Russian Federation agreed.", set()),
    "list with and": (
        "The Ministry of Environment, Forest and Climate Change agreed.",
        {"Ministry of Environment, Forest and Climate Change"},
    ),
    "comma without and": (
        "It went from the Ministry of Health, Kenya said, to others.",
        {"Ministry of Health"},
    ),
    "two bodies": (
        "The Department of Health and the Health Service Executive agreed.",
        {"Department of Health"},
    ),
    "head at the end": (
        "The National Fisheries Development Board met.",
        {"National Fisheries Development Board"},
    ),
    "head in the middle": (
        "The Indian Council of Agricultural Research met.",
        {"Indian Council of Agricultural Research"},
    ),
    "meeting on": (
        "The Joint Working Group meeting on Trade, Transit and Customs on Monday.",
        {"Joint Working Group on Trade, Transit and Customs"},
    ),
    "meeting of a known body on a country": (
        "The UN Security Council meeting on Sudan ended.",
        {"United Nations Security Council"},
    ),
    "a person behind a ministry": (
        "The spokesperson of the Ministry of Foreign Affairs Pham Thu Hang spoke.",
        {"Ministry of Foreign Affairs"},
    ),
    "the next sentence has a name of its own": (
        "She heads the Ministry of Water and Irrigation. The Zzoral Authority agreed.",
        {"Ministry of Water and Irrigation", "Zzoral Authority"},
    ),
    "country before a ministry": (
        "The Kenyan Ministry of Defence agreed.",
        {"Ministry of Defence"},
    ),
    "office of a person": (
        "The Office of the Prime Minister agreed.",
        {"Office of the Prime Minister"},
    ),
    "a subject is none": ("Counter-Terrorism and Armed Forces matter.", set()),
    "a headline is none": (
        "Treasury Hits Global Network Financing Terrorist Group\n\nIt acted.",
        set(),
    ),
    "a member of a cabinet": (
        "The Health Cabinet Secretary and all Cabinet Secretaries met.",
        set(),
    ),
    "a programme of services": (
        "The National Zzipment Service Program (NZSP) pays. NZSP is new.",
        set(),
    ),
    "a law with a short form": (
        "He was held under the Zzternal Court Act (IMF). The IMF is new.",
        set(),
    ),
    "subjects that are heads too": (
        "The State Department for Immigration and Citizen Services agreed.",
        {"State Department for Immigration and Citizen Services"},
    ),
    "a list closed by a sign": (
        "The Ministry of Human Settlement, Water & Sanitation agreed.",
        {"Ministry of Human Settlement, Water & Sanitation"},
    ),
    "a government and a body": (
        "The Government and Zzoral Agency agreed.",
        {"Zzoral Agency"},
    ),
    "a company behind a ministry": (
        "The Ministry of Natural Resources and Zzembec Incorporated agreed.",
        {"Ministry of Natural Resources", "Zzembec Incorporated"},
    ),
    "studies in a subject": (
        "The Centre for Advanced Studies in Animal Health opened in Zzandi.",
        {"Centre for Advanced Studies in Animal Health"},
    ),
    "a division": ("The Zzoral Crimes Division agreed.", {"Zzoral Crimes Division"}),
    "a subject of a country that calls its bodies so": (
        "Livestock New Zealand and Cultural Heritage Wales agreed.",
        {"Livestock New Zealand", "Cultural Heritage Wales"},
    ),
    "a minister of such a country": (
        "The Minister of Livestock New Zealand sent lives in Northern Ireland.",
        set(),
    ),
    "names in a list that ends a sentence": (
        "Rob Zzansley (Zzoral University), Keith Zzawson (Zzandi Institute).",
        {"Zzoral University", "Zzandi Institute"},
    ),
    "a company behind another": (
        "He thanked Zzasarana, MRT Zzorp Ltd, and Zzanah Zzelayu Berhad for it.",
        {"MRT Zzorp Ltd", "Zzanah Zzelayu Berhad"},
    ),
    "a unit": (
        "The Financial Intelligence Unit agreed. A Health Unit opened.",
        {"Financial Intelligence Unit"},
    ),
    "an examination": ("The Zzest Zzafrican Senior School Certificate counts.", set()),
    "a unit of a hospital": ("An Intensive Care Unit opened.", set()),
    "a school": ("At Zzunity Secondary School.", {"Zzunity Secondary School"}),
    "a kind of school": ("For each Primary School.", set()),
    "a short form behind a country": (
        "The Forum for Trade in Kenya (FTK) met. FTK agreed.",
        {"Forum for Trade in Kenya"},
    ),
    "a name behind a subject": (
        "The Commission on Human Rights and Zzawad Zzalinga agreed.",
        {"Commission on Human Rights"},
    ),
    "a country behind a subject": (
        "The Department of Environment and Kenya Water Board agreed.",
        {"Department of Environment", "Kenya Water Board"},
    ),
    "a body with an and behind another": (
        "The Central Bank of Nigeria and the Economic and Zzoral Crimes Board agreed.",
        {"Central Bank of Nigeria", "Economic and Zzoral Crimes Board"},
    ),
    "trades before a head": (
        "The Zzoral Garment Manufacturers and Exporters Association agreed.",
        {"Zzoral Garment Manufacturers and Exporters Association"},
    ),
    "those whose body it is": (
        "The Zzoral Children's Hospital, the Farmers’ Union and Kenya's Army agreed.",
        {"Zzoral Children's Hospital", "Farmers’ Union"},
    ),
    "an office of an office-holder": (
        "U.S. Attorney's Office for the Western District of Arkansas agreed.",
        {"U.S. Attorney's Office for the Western District of Arkansas"},
    ),
    "a part of a country and its body": (
        "The Connecticut Department of Zzorrection and Kenya's Department of Zzoral.",
        {"Connecticut Department of Zzorrection", "Department of Zzoral"},
    ),
    "a formation with a number": (
        "The 101st Airborne Division agreed with 3 Board members.",
        {"101st Airborne Division"},
    ),
    "what a committee is asked on": (
        "The Select Committee on Transport on Zzoral agreed.",
        {"Select Committee on Transport"},
    ),
    "subjects of a country": (
        "The Congress of South African Trade Unions and Zzon agreed.",
        {"Congress of South African Trade Unions"},
    ),
    "a name that another begins behind": (
        "The Kenya Union of Journalists and Zzangote Group agreed.",
        {"Kenya Union of Journalists", "Zzangote Group"},
    ),
    "courts of parts of countries": (
        "The Punjab and Haryana High Court and the Western Cape High Court ruled.",
        {"Punjab and Haryana High Court", "Western Cape High Court"},
    ),
    "a short form of a saint": ("St. Zzichael School won.", {"St. Zzichael School"}),
    "a rank that is none": (
        "The Leeds General Infirmary agreed.",
        {"Leeds General Infirmary"},
    ),
    "a head behind a head": (
        "The Zzist Church Foundation School agreed.",
        {"Zzist Church Foundation School"},
    ),
    "a unit of an office": (
        "The Attorney General’s Office Zzaud Control Unit and the Attorney General’s "
        "Criminal Zzatters Unit agreed.",
        {"Attorney General’s Office", "Zzaud Control Unit", "Criminal Zzatters Unit"},
    ),
    "local government": (
        "The Department for Zzolk Life and Local Government agreed.",
        {"Department for Zzolk Life and Local Government"},
    ),
    "the end of a name": (
        "The Zzolga Police Service came. The Police Service helped.",
        {"Zzolga Police Service"},
    ),
    "a county of Ireland": (
        "It goes to Zzistowel, Co Zzerry, and Zzirr, Co. Zzly.",
        set(),
    ),
    "one article for both": (
        "The Zzemency and Pardons Board agreed.",
        {"Zzemency and Pardons Board"},
    ),
    "a list before a head": (
        "The Food, Drugs and Medical Devices Authority agreed.",
        {"Food, Drugs and Medical Devices Authority"},
    ),
    "the only one of its kind": (
        "The Central Bank and the Court of Appeal agreed with a High Court.",
        {"Central Bank"},
    ),
    "a part of a country of that kind": ("Kenya Division flooded.", set()),
    "a hall of a known body": (
        "They met in the Council of Europe Zzoyer.",
        {"Council of Europe"},
    ),
    "a country before a known body": (
        "The U.S. Small Business Administration agreed.",
        {"Small Business Administration"},
    ),
    "an office and a body": (
        "The President and National Zzoral Council agreed.",
        {"National Zzoral Council"},
    ),
    "a kind of office": ("The Field Office opened.", set()),
    "Malay": (
        "Universiti Zzoral and Parti Zzakyat agreed.",
        {"Universiti Zzoral", "Parti Zzakyat"},
    ),
    "companies": (
        "Boeing and Siemens Energy agreed with Deloitte Kenya.",
        {"Boeing", "Siemens Energy", "Deloitte Kenya"},
    ),
    "a company by a common word": (
        "Google and Apple agreed.",
        {"Google", "Apple Inc."},
    ),
    "a common word": ("The Apple harvest failed.", set()),
    "what a company makes": ("A Boeing 737 and an Airbus A320neo landed.", set()),
    "a police department of a town": (
        "The Dallas Police Department agreed.",
        {"Dallas Police Department"},
    ),
    "halls and schemes": (
        "The Zzenyatta Convention Centre, the Zzlood Recovery Fund and the Zzal Jeevan "
        "Mission opened.",
        set(),
    ),
    "a committee of a house": (
        "The Zzoral House of Representatives Committee on Works agreed.",
        {"Zzoral House of Representatives Committee on Works"},
    ),
    "bodies in a list": (
        "The Department of Finance, the Zzevenue Zzommissioners and others agreed.",
        {"Department of Finance"},
    ),
    "subjects in a list": (
        "The Department of Culture, the Arts and Leisure agreed.",
        {"Department of Culture, the Arts and Leisure"},
    ),
    "a company of a country": (
        "Atomic Zzenergy of Canada Limited agreed.",
        {"Atomic Zzenergy of Canada Limited"},
    ),
    "a name that begins small": (
        "The eZzekwini Local Municipality agreed.",
        {"eZzekwini Local Municipality"},
    ),
    "a country behind": (
        "Zzancer Council Australia agreed.",
        {"Zzancer Council Australia"},
    ),
    "a company and a known one": (
        "ZZ Investments and Deutsche Bank agreed.",
        {"Deutsche Bank"},
    ),
    "an office by both its names": (
        "The Governor's Office met. The Office of the Governor agreed.",
        {"Governor's Office"},
    ),
    "bodies with an and in a list": (
        "The Ministry of Works and Infrastructure, the Zzater and Sewerage Authority "
        "and others agreed.",
        {"Ministry of Works and Infrastructure", "Zzater and Sewerage Authority"},
    ),
    "a country with an and": (
        "The Trinidad and Tobago Zzity Commission and the Zzas Company of Trinidad and "
        "Tobago agreed.",
        {
            "Trinidad and Tobago Zzity Commission",
            "Zzas Company of Trinidad and Tobago",
        },
    ),
    "a country with a courtesy in it": (
        "The Sri Lanka Zzorts Authority agreed.",
        {"Sri Lanka Zzorts Authority"},
    ),
    "a subject that no list has": (
        "The Ministry of Human Resources and Zzemiratisation agreed.",
        {"Ministry of Human Resources and Zzemiratisation"},
    ),
    "named after somebody with a particle": (
        "The Zzohamed bin Zzayed University agreed.",
        {"Zzohamed bin Zzayed University"},
    ),
    "a court that is counted": (
        "The Court of Appeals for the Fifth Circuit ruled.",
        {"Court of Appeals for the Fifth Circuit"},
    ),
    "a council on something": (
        "The Council of Zzectors on Integrity agreed.",
        {"Council of Zzectors on Integrity"},
    ),
    "customs of a country": (
        "Hong Kong Customs and Trade, Transit and Customs matter.",
        {"Hong Kong Customs"},
    ),
    "a party": (
        "The People Power Party won, no Political Party lost.",
        {"People Power Party"},
    ),
    "lines do not join": (
        "Department of Trade\nGovernment Notice\nNew Rules Apply",
        {"Department of Trade"},
    ),
}

ELSEWHERE = {
    "a small adjective at the end": (
        "fr",
        "Le ministère de l'Environnement et du Développement durable recrute.",
        {"Ministère de l'Environnement et du Développement durable"},
    ),
    "French in small letters": (
        "fr",
        "Le Conseil central de surveillance pénitentiaire et la police nationale.",
        {"Conseil central de surveillance pénitentiaire", "Police nationale"},
    ),
    "a French common noun": ("fr", "Une école primaire, un centre commercial.", set()),
    "Spanish, named after somebody": (
        "es",
        "La Fundación Omar Dengo y el Servicio Médico Legal.",
        {"Fundación Omar Dengo", "Servicio Médico Legal"},
    ),
    "a national society": ("fr", "La Croix-Rouge de Belgique.", {
        "Croix-Rouge de Belgique",
    }),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "names"), ELSEWHERE.values(), ids=ELSEWHERE
)
def test_names_of_bodies_are_known_in_other_languages(
    without_model: Vocabulary, language: str, text: str, names: set[str]
):
    release = enrich(raw(text, language=language), without_model, 0)
    assert set(named(release, "organisation")) == names


@pytest.mark.parametrize(("text", "names"), NAMES.values(), ids=NAMES)
def test_names_of_bodies_are_known_by_their_shape(
    without_model: Vocabulary, text: str, names: set[str]
):
    release = enrich(raw(text, language="en"), without_model, 0)
    assert set(named(release, "organisation")) == names


def test_the_country_before_a_body_is_its_country(without_model: Vocabulary):
    text = "The Kenyan Ministry of Defence agreed."
    release = enrich(raw(text, language="en"), without_model, 0)
    assert named(release, "organisation")["Ministry of Defence"].country == "KE"
