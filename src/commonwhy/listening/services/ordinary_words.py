"""Words that may look like names and are none, and names that are words too, in English and Spanish, without accents."""

from __future__ import annotations


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


PARTICLES = _listed(
    "de del la las los el y e da das do dos di du van von der den ter bin ibn al st san santa mc mac jr sr ii iii"
)
"""Parts of names that say nothing alone."""

ORDINARY = _listed(
    """
    abril agosto amber amor an angel april art august autumn baker ball banks barber bay bell best bill bird bishop
    black blanca bond book booker born bravo bright brook brooks brown buck bueno burns bush butler calle camino
    campos carpenter casa case cash castillo chance chase cherry chin christmas church cielo clay cliff close college
    consuelo cook crystal dawn day dean delgado do doll dolores drew dusty early east easter english eve fair faith
    farmer field fields fisher flor flores flower flowers ford forest fox franco frank free freeman french frost glass
    gold good grace grant gray green grey gross guerra guide gusto hall hardy harmony hart heath hill ho hope house
    hunter ivy job joy judge julio june junior king knight lake land lane lang le leal lee little long lucky luna luz
    make man mar marc march marco mark marks may mayo mercedes mercy merry mesa mi mia miles mill mills min mis misty
    moon moreno morning music my nada no noble north novel numbers olive opal pace page park parks paz pearl pink
    piper plan plata pool pop pope post prado price prince queen rain ray read real red rey reyes rice rich rico rio
    rios river rivers rock roman rosa rose roses rubio run sage sales say school sea see serrano sharp short sierra
    silver singer sky small smart snow so sol solo son song spring star stark stein stone storm strong summer sun
    sweet tan teacher thai tiller to torre trinidad trinity true tu un union van verde wall walls ward water waters
    way west white will win winter wise wolf wood woods worth yo you young your
    """
)
"""Names that are words too, or words so common that a name like them must not take them all out."""

HARMLESS = _listed(
    """
    abuela abuelo acer adobe africa ai america american americano android apple apps arabic asia biology blackboard
    bluetooth calculus california canva canvas central chatbot chemistry chinese christmas chrome chromebook
    chromebooks civics class classroom clever code coding computer computers covid creole dad december denver dia
    diciembre digital district distrito doc docs domingo drive earth easter edpuzzle educacion education elementary
    enero english escuela espanol espanola europe excel facebook febrero february federal forms french friday galaxy
    geometry german gmail god google government grade grandma grandpa halloween hawaii high history house i'd i'll i'm
    i've ingles inglesa instagram intel internet ipad ipads iphone italian january japanese jesus jueves julio july
    june junio kahoot kami kindergarten korean latin latino lego lexia linux lunes mac mama march martes marzo
    matematicas math mathematics mayo meet mexican mexicana mexicano mexico microsoft middle miercoles minecraft mom
    monday moodle navidad nearpod netflix news november noviembre october octubre okay padlet pandemic papa pe pearson
    photoshop physics pixel portuguese powerpoint powerschool preschool present public python quizizz quizlet roblox
    robotics sabado samsung saturday schoology science scratch seesaw september septiembre setiembre sheets siri skype
    slack slides snapchat social spanish spring states stem studies summer sunday survey teacher teachers teams tech
    texas thanksgiving thursday tiktok tuesday twitter united usa viernes vietnamese wednesday whatsapp wifi wikipedia
    windows winter word world xbox youtube zearn zoom
    """
)
"""Words with a capital letter of their own that are no person's name."""
