"""Statements for tests of near-duplicates, and what ministries make of them."""

from communique.events import Issuer
from tests.unit.enrichment_worker.examples import raw

STATEMENT = """\
India and Kenya today signed an arrangement on the peaceful uses of outer space. It
was signed in New Delhi by Ms. Anjali Deshmukh, Joint Secretary in the Ministry of
External Affairs, and by Dr. Peter Wekesa Barasa, Director of Research at the Kenya
Space Agency.

For five years, scientists in Kenya will receive images from Indian satellites without
charge. Scenes with a resolution of 6 metres will be delivered within 120 minutes of
each pass, and 47 engineers will help the agency to process them at its centre near
Malindi.

Two uses come first. The first is a monthly forecast of maize and tea harvests for
planners in Nairobi and Kisumu. The second is a map of mangroves and coral along the
coast between Lamu and Mombasa, which the two sides want to complete by 31 March.
"""
IN_FRENCH = """\
L'Inde et le Kenya ont signé aujourd'hui un accord sur les utilisations pacifiques de
l'espace extra-atmosphérique. Il a été signé à New Delhi par Mme Anjali Deshmukh,
secrétaire adjointe au ministère des Affaires étrangères, et par M. Peter Wekesa
Barasa, directeur de la recherche à l'Agence spatiale kényane.

Pendant cinq ans, les chercheurs du Kenya recevront gratuitement les images des
satellites indiens. Des scènes d'une résolution de 6 mètres seront livrées dans les
120 minutes qui suivent chaque passage, et 47 ingénieurs aideront l'agence à les
traiter.
"""
LEAD_IN = """\
The Kenya Space Agency is pleased to share with the press the following statement,
which was issued in New Delhi this afternoon by its Indian partner.

"""
SUMMIT = """\
The Heads of Delegation of twelve countries met in Kigali for the annual conference on
earth observation. They reviewed the state of the ground segment, thanked the host for
the welcome given to all participants, and adopted the budget of the joint
secretariat. Delegates from universities presented work on drought, on locusts and on
the erosion of river banks, and a panel of young engineers answered questions from
schools in the region.

The Conference heard that the archive of images now reaches back four decades. It
asked the secretariat to publish a catalogue that anybody may search, to keep prices
for commercial users under review, and to report on both at the next session. A
working group on standards will meet in Accra before the summer and propose a common
format.
"""
OTHER = """\
The Ministry of Health opened a vaccination campaign in 22 counties this morning.
Children under five will be vaccinated against measles and rubella at 7,912 posts,
most of them in schools and places of worship, and every post is open until four in
the afternoon.
"""
ABOUT_US = """\
About the Ministry: The Ministry is responsible for the conduct of the external
relations of the country. For further information please contact the press office at
the address on our website, on working days between nine and five. Photographs may be
used free of charge if the Ministry is named as their source.
"""
SERIES = """\
The Reserve Bank today conducted the auction of treasury bills of 91 days, 182 days
and 364 days. The notified amount was {0} crore. The total of the competitive bids
received was {1} crore, in {2} bids, of which {3} were accepted at a cut-off price of
{4} and an implicit yield of {5} per cent. The weighted average price stood at {6} and
the weighted average yield at {7} per cent. The partial allotment at the cut-off was
{8} per cent, and the next auction follows on the day that the calendar names, for a
similar amount.
"""


def number(index):
    return f"00000000-0000-5000-8000-{index:012d}"


def release(text, index=0, *, ministry="Ministry of External Affairs", **changes):
    """Return a raw release with an id of its own."""
    issuer = Issuer(
        feed_id=number(999),
        feed_url="https://ministry.example/feed.xml",
        title="Press releases",
        ministry=ministry,
    )
    return raw(text, **{"release_id": number(index), "issuers": (issuer,), **changes})
