"""The commonest English and Spanish words, which set no meaning apart: articles, pronouns, forms of "to be".

Kept short on purpose. A word that carries a meaning in a school ("make", "see", "without", "ver") must stay, so when in
doubt it is left out of these lists; the log-odds in `words.py` deal with what remains.
"""

from __future__ import annotations

_ENGLISH = """
a about after again all also am an and any are aren't as at be because been before being both but by can can't
cannot could couldn't did didn't do does doesn't doing don't each etc even for from get gets getting go goes
going got had has hasn't have haven't having he her here him his how i i'd i'll i'm i've if in into is isn't
it it's its itself just let like lot lots made may me mean means might more most much must my no not now of
off on one only or other our ours out over own really she should so some such than that that's the their
theirs them then there there's these they they're thing things think this those through to too up us use used
using very was wasn't way we we're we've were what what's when where which while who why will with won't would
yes you you're your yours
"""

_SPANISH = """
a al algo algunas algunos ante antes así aun aunque cada como con contra cosa cosas cual cuando cuál cómo de
del desde donde dos durante e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estas este
esto estos estoy está están fue fueron ha hacia han hasta hay he la las le les lo los me mi mis mucha muchas
mucho muchos muy más mí nada ni no nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros
para pero poco por porque pues que quien quién qué se sea sean según ser si sido sin sobre solo somos son soy
su sus sí sólo también tan tanto te tener tengo tiene tienen toda todas todo todos tu tus tú un una unas uno
unos usted ustedes va van y ya yo él
"""

STOPWORDS = frozenset(f"{_ENGLISH} {_SPANISH}".split())
