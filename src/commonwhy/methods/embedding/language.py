"""English, Spanish, or not sure: the language of a short answer when no column says it.

Little words give a language away: "the" and "with", "la" and "porque". Each language has a list of them and of telling
endings and letters; a language wins when it has clearly more of them than any other. Some neighbours have lists too,
only so that they are not taken for English or Spanish. A single noun says nothing, and then the answer is None: a wrong
guess would put a person's words among strangers.
"""

import re
import unicodedata

# A word may stand in several lists: then it is evidence for each, and for none against the other.
_LITTLE_WORDS = {
    "en": """
        the and of to is it that this with for are was be my our your you we they he she i im i'm it's its what
        when where how why which who can can't don't dont doesn't didn't not all any more most some very just so
        if then than there their them these those have has had do does did will would could should may might
        been being from by an as at or but because about into in on out up over only also other others each
        every us his her him using use used having makes make made get gets getting give learn learning teachers
        teacher students student work kids child children help helps better things thing way ways know me no too
        think like want need new own through without between both while even much many one per go going see good
    """,
    "es": """
        el los las una uno unas un del al de y que es son está esta están este estos ese eso con por para pero
        porque como cómo más muy mi mis su sus nos nosotros ellos ellas yo tú usted ustedes ser estar tener
        tiene tienen tengo hay hacer hace hacen puede pueden puedo podemos cuando donde dónde qué quién sin
        sobre también ya todo todos toda todas cada otro otros otra otras algo nada aprender aprendo aprenden
        aprendemos aprendizaje escuela escuelas maestro maestra maestros maestras estudiantes niños niñas hijo
        hija hijos trabajo mejor cosas casa usar uso usan forma manera desde hasta entre ni sino les lo le la me
        se te en no o a gente quien cual antes después mucho muchos tecnología significa gusta ayuda clase
        clases digital
    """,
    "pt": """
        o a os as um uma uns de do da dos das no na nos nas em ao aos à e é que são com por para mas porque como
        mais muito se te me mim meu meus minha seu seus sua suas não você ele ela eles elas nós eu ser estar ter
        tem têm fazer pode quando onde sem sobre também já todo todos toda todas cada outro outros nada aprender
        aprendizagem escola alunos casa usar uso professor professores pelo pela até só isso lo la mesmo digital
        trabalho trabalhos gente entre tecnologia
    """,
    "fr": """
        le la les des de du un une est et pour par avec que qui je nous vous ils elles il elle on dans sur pas
        ne au aux en ce cette ces sont mais plus leur leurs mes mon ma me se te si tu y à son sa ses l'école
        c'est élèves apprendre être peut tout tous partout enfants outil travail
    """,
    "it": """
        il lo la le gli i un una uno di a da in con su per tra che è sono non e o ma se si mi ti ci del della
        dello delle dei nel nella anche più come questo questa imparare scuola casa mio tuo suo modo ogni tutti
        meglio
    """,
    "de": """
        der die das den dem des und ist nicht mit für ein eine einen zu zum von auf ich wir sie er es im auch
        sich lernen schule kinder haus
    """,
    "nl": """
        de het een en van op met voor is in te dat niet zijn aan ook je we ze leren school kinderen
    """,
    "ht": """
        yo nan pou ak se mwen nou li pa ki gen ka fè lekòl aprann timoun on yon sou tout la le a an te si
    """,
}
_WORDS: dict[str, frozenset[str]] = {language: frozenset(listed.split()) for language, listed in _LITTLE_WORDS.items()}

# Endings and letters that tell; looked at only in words of four letters and more that are in no list of that language.
_TELLING: dict[str, re.Pattern[str]] = {
    "en": re.compile(r"(?:ing|tion|ness|ment|ly|ight|ould|ship|ful|less)$|^wh|^th|[a-z]'[a-z]|sh$|ck"),
    "es": re.compile(r"(?:ción|ciones|dad|dades|mente|ando|iendo|miento|aje|amos|emos|íamos)$|ñ|^ll"),
    "pt": re.compile(r"(?:ção|ções|ões|ão|agem|amos|emos|dade|dades|mente|ando)$|[ãõ]|nh|lh"),
    "fr": re.compile(r"(?:eux|ment|ique|eur|tion|ée|és|aux)$|[èêùœ]|^[ldjcnsm]'"),
    "it": re.compile(r"(?:zione|zioni|mente|ità|gli|ando)$|[ìò]"),
    "de": re.compile(r"(?:ung|keit|lich|isch|chen)$|[äöüß]"),
    "nl": re.compile(r"(?:lijk|heid)$|ij"),
    "ht": re.compile(r"[èò]|(?:syon)$"),
}
_TELLING_WEIGHT = 0.5
_ONLY_SPANISH = re.compile(r"[¿¡]")
_ONLY_SPANISH_WEIGHT = 1.5
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")

SPOKEN = ("en", "es")
"""The languages `guess_language` can name."""

LEAST_EVIDENCE = 1.0
"""One little word is enough when nothing speaks against it."""

LEAD_OVER_NEIGHBOUR = 0.5
"""Enough against a language nobody is asked in; Spanish and Portuguese share so many words that more would silence Spanish."""

MOST_SHARE_OF_OTHER = 0.5
"""When English has more than this share of the evidence for Spanish, or the other way round, the answer may be a mixed one."""

MOST_LETTERS_READ = 4_000


def guess_language(text: str) -> str | None:
    """The language of a text: "en", "es", or None when it does not say clearly.

    Each word counts once, however often it is said.

    >>> guess_language("Learning at your own pace"), guess_language("Aprender con la computadora"), guess_language("Chromebooks")
    ('en', 'es', None)
    """
    plain = unicodedata.normalize("NFC", text[:MOST_LETTERS_READ]).lower().replace("\u2019", "'")
    evidence = dict.fromkeys(_WORDS, 0.0)
    for word in set(_WORD.findall(plain)):
        for language, listed in _WORDS.items():
            if word in listed:
                evidence[language] += 1.0
            elif len(word) > 3 and _TELLING[language].search(word):
                evidence[language] += _TELLING_WEIGHT
    if _ONLY_SPANISH.search(plain):
        evidence["es"] += _ONLY_SPANISH_WEIGHT
    first, second = sorted(SPOKEN, key=lambda language: -evidence[language])
    most = evidence[first]
    neighbour = max(amount for language, amount in evidence.items() if language not in SPOKEN)
    clear = most >= LEAST_EVIDENCE and evidence[second] <= MOST_SHARE_OF_OTHER * most and most - neighbour >= LEAD_OVER_NEIGHBOUR
    return first if clear else None
