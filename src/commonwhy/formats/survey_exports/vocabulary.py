"""The words survey makers print above their columns, and the words people use for roles, in English and Spanish.

Everything is compared after ``plain``: small letters, no accents, one space between words, no marks at the ends.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^\w]+")


def plain(text: str) -> str:
    """``text`` for comparing: compatibility forms, no accents, small letters, single spaces, no marks at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char) and char not in "\u200b\ufeff")
    return _SPACES.sub(" ", text.replace("_", " ")).strip(" \t\n:;.,*?¿!¡\"'“”").casefold()


def words(text: str) -> list[str]:
    """The words of ``text``, plain, without any mark."""
    return _NOT_WORDS.sub(" ", plain(text)).split()


def _set(text: str) -> frozenset[str]:
    return frozenset(plain(line) for line in text.strip().splitlines())


GOOGLE_TIMESTAMP = _set("Timestamp\nMarca temporal\nMarca de tiempo")
GOOGLE_IDENTITY = _set(
    "Username\nEmail Address\nEmail\nNombre de usuario\nDirección de correo electrónico\nCorreo electrónico\nDirección de correo"
)
GOOGLE_IGNORED = _set("Score\nTotal score\nPuntuación\nPuntuación total\nCalificación")
GOOGLE_GRADING = _set("Score\nFeedback\nPuntuación\nPuntos\nComentarios")

MICROSOFT_ID = _set("ID\nId.\nIdentificador")
MICROSOFT_START = _set("Start time\nHora de inicio")
MICROSOFT_END = _set("Completion time\nHora de finalización")
MICROSOFT_IDENTITY = _set("Email\nName\nCorreo electrónico\nCorreo\nNombre\nEmail1\nName1\nResponder's Email\nRespondents' Email")
MICROSOFT_IGNORED = _set(
    "Last modified time\nHora de la última modificación\nHora de última modificación\nTotal points\nQuiz feedback\n"
    "Grade posted time\nTotal de puntos\nPuntos totales\nComentarios del cuestionario\n"
    "Hora de publicación de la calificación"
)
MICROSOFT_GRADING = ("points - ", "feedback - ", "puntos - ", "comentarios - ")

QUALTRICS_IDS = {
    "startdate": "timestamp",
    "enddate": "timestamp",
    "recordeddate": "timestamp",
    "status": "status",
    "ipaddress": "identity",
    "progress": "progress",
    "duration (in seconds)": "ignore",
    "duration": "ignore",
    "finished": "finished",
    "responseid": "respondent",
    "recordid": "respondent",
    "responseset": "ignore",
    "name": "identity",
    "externaldatareference": "identity",
    "externalreference": "identity",
    "emailaddress": "identity",
    "email": "identity",
    "recipientlastname": "identity",
    "recipientfirstname": "identity",
    "recipientemail": "identity",
    "locationlatitude": "identity",
    "locationlongitude": "identity",
    "locationaccuracy": "identity",
    "distributionchannel": "channel",
    "userlanguage": "language",
    "q recaptchascore": "ignore",
    "q relevantidduplicate": "ignore",
    "q relevantidduplicatescore": "ignore",
    "q relevantidfraudscore": "ignore",
    "q relevantidlaststartdate": "identity",
    "q duplicaterespondent": "ignore",
    "q ballotboxstuffing": "ignore",
}
QUALTRICS_PREVIEW = _set(
    "Survey Preview\nSurvey Test\nOffline Survey Preview\nSurvey Preview Spam\nVista previa de la encuesta\n"
    "Prueba de encuesta\nPrueba de la encuesta\npreview\ntest\n1\n2\n9\n10\n17"
)
QUALTRICS_SPAM = _set("Spam\nPossible Spam\nImported (Possible Spam)\n8\n12")

SURVEYMONKEY_IDS = {
    **dict.fromkeys(
        _set("Respondent ID\nRespondentID\nID del encuestado\nIdentificador del encuestado\nID de encuestado"),
        "respondent",
    ),
    **dict.fromkeys(
        _set("Collector ID\nCollectorID\nID del recopilador\nIdentificador del recopilador\nID de recopilador"),
        "ignore",
    ),
    **dict.fromkeys(
        _set(
            "Start Date\nStartDate\nEnd Date\nEndDate\nDate Created\nDate Modified\nFecha de inicio\n"
            "Fecha de finalización\nFecha final\nFecha de creación\nFecha de modificación"
        ),
        "timestamp",
    ),
    **dict.fromkeys(
        _set(
            "IP Address\nIP\nEmail Address\nEmail\nFirst Name\nFirstName\nLast Name\nLastName\nDirección IP\n"
            "Dirección de correo electrónico\nCorreo electrónico\nNombre\nApellido\nApellidos"
        ),
        "identity",
    ),
    **dict.fromkeys(
        _set("Custom Data\nCustom Data 1\nCustom 1\nCustomData\nDatos personalizados\nDatos personalizados 1"),
        "identity",
    ),
}
SURVEYMONKEY_SINGLE = _set(
    "Response\nOpen-Ended Response\nRespuesta\nRespuesta abierta\nRespuesta de opción abierta\nRespuesta de final abierto"
)

# The moment that counts is the one when the answers were sent.
END_TIMES = ("completion", "finalizacion", "final", "end", "recorded", "modified", "modificacion", "submi", "envio")
PLAIN_TIMESTAMP = re.compile(
    r"^(timestamp|date|date/time|datetime|submitted( at| on)?|submission (date|time)|response date|created( at)?|"
    r"(start|end|completion|recorded|completed) ?(time|date)|marca (temporal|de tiempo)|fecha( y hora)?|"
    r"fecha de (respuesta|envio|inicio|finalizacion)|hora de (inicio|finalizacion)|enviad[oa]( el)?)$"
)
PLAIN_RESPONDENT = re.compile(
    r"^((respondent|response|submission|record|participant) ?(id|number|no)|"
    r"id (de |del )?(respuesta|encuestado|registro))$"
)
IDENTITY_HEADER = re.compile(
    r"\b(e ?-? ?mail|correos?|phone|telephone|mobile|cell ?phone|telefono|celular|ip( address)?|direccion ip|"
    r"(home|street|mailing) address|domicilio|user ?name|usuario|login|latitude|longitude|latitud|longitud|"
    r"(first|last|full|middle|your|sur|given|family|staff|employee|teacher|student|child|childs|children|parent|"
    r"guardian|contact)(?:'?s)? ?name|names?|nombres?|apellidos?|signature|firma|"
    r"(student|employee|staff|badge|lunch|state|local|user|person|teacher) ?(id|number)|ssn|social security|"
    r"date of birth|birth ?(day|date)|dob|fecha de nacimiento|"
    r"(numero|id) de(l)? (estudiante|alumno|empleado)|matricula)\b"
)
# Asked for in a sentence, however long.
IDENTITY_ASKED = re.compile(
    r"\b(your|his|her|their|child'?s|student'?s|su|tu) ((full|first|last|preferred|work|school|best) )*"
    r"(names?|e ?-? ?mail|phone|telephone|cell|nombre|correo|telefono|celular|apellidos?)\b|\bnombre completo\b|"
    r"\b(nombre|correo|telefono) (de(l| la| su)? )?(estudiante|alumn[oa]|hij[oa]|maestr[oa]|docente)\b|"
    r"\b(gift card|raffle|drawing|sorteo)\b"
)
CONTACT_FORM = re.compile(r"\bcontact (information|details|info)\b|\b(informacion|datos) de contacto\b")
# "Name one thing that works" asks for words, not for a person.
NOT_IDENTITY = re.compile(
    r"\bname (one|two|three|a|an|some|the|any|something)\b|\bnombre (un|una|dos|tres|algun|alguna|algo)\b|"
    r"\b(by|in the) name\b|\bnames? (of|for) (the |your )?(app|apps|tool|tools|program|school|campus|building)\b|"
    r"\b(check|use|answer|read|send|get|receive|prefer|communicat\w*) .*\b(e ?-? ?mail|phone|correo|telefono|celular)"
)
SCHOOL_HEADER = re.compile(r"\b(schools?|campus|campuses|building|site|escuelas?|plantel|colegio|centro escolar)\b")
GROUP_HEADER = re.compile(
    r"\b(role|position|job title|i am an?|are you an?|who are you|best describes? you|describes you|stakeholder|"
    r"respondent (group|type)|group|rol|cargo|puesto|papel|soy|grupo|describe mejor|mejor (lo|la|le|te) describe|"
    r"relationship to|connection to|relacion con)\b"
)
LANGUAGE_HEADER = re.compile(r"\b(language|idioma|lengua|locale)\b")
GRADE_HEADER = re.compile(r"\b(grades?( level| band)?|grado|grados|nivel de grado|ano escolar)\b")
CHOOSE_MANY = re.compile(
    r"(select|check|choose|mark|pick) (all|any|as many|up to|two|three)|(all|any) that apply|"
    r"(seleccion|marqu|elij|escoj)\w* (todas?|todos?|hasta|dos|tres)|que (correspondan|apliquen)"
)

LANGUAGES = {
    **dict.fromkeys(("en", "eng", "english", "ingles", "en us", "en gb"), "en"),
    **dict.fromkeys(("es", "spa", "spanish", "espanol", "castellano", "es es", "es mx", "es us", "es 419"), "es"),
}

SCALE_WORDS = re.compile(
    r"^((strongly |somewhat |slightly |completely |totally )?(dis)?agree( strongly| somewhat| slightly)?|neutral|"
    r"neither( agree nor disagree)?|undecided|(very |somewhat |slightly )?(dis|un)?satisfied|never|rarely|sometimes|"
    r"often|always|almost (always|never)|(not at all|slightly|somewhat|moderately|very|extremely|quite)( \w+)?|"
    r"(totalmente |muy |algo |parcialmente )?(de acuerdo|en desacuerdo)( totalmente)?|"
    r"ni de acuerdo ni en desacuerdo|nunca|rara vez|casi (nunca|siempre)|a veces|a menudo|con frecuencia|siempre|"
    r"(muy |algo |poco |nada )?(in)?satisfech[oa]|nada|poco|algo|bastante|mucho|daily|weekly|monthly|"
    r"poor|fair|good|very good|excellent|mal[oa]|regular|buen[oa]|muy buen[oa]|excelente|no se|don'?t know|n/?a|"
    r"not applicable|no aplica)$"
)

ROLE_CLASSES: dict[str, frozenset[str]] = {
    name: frozenset(listed.split())
    for name, listed in {
        "teacher": "teacher teachers educator educators instructor faculty docente docentes maestro maestra maestros "
        "maestras profesor profesora profesores",
        "aide": "aide aides paraeducator paraprofessional paraprofessionals paraeducators asistente auxiliar ayudante",
        "student": "student students learner learners pupil pupils estudiante estudiantes alumno alumna alumnos alumnas",
        "family": "parent parents guardian guardians family families caregiver caregivers mother father padre madre "
        "padres madres familia familias tutor tutora tutores cuidador cuidadora apoderado",
        "principal": "principal principals director directora directores subdirector subdirectora",
        "administrator": "administrator administrators admin superintendent administrador administradora "
        "administradores superintendente administracion administration",
        "counselor": "counselor counselors psychologist consejero consejera orientador orientadora psicologo psicologa",
        "board": "board trustee trustees junta consejo",
        "community": "community resident residents neighbor neighbour business comunidad vecino vecina comunitario",
        "librarian": "librarian librarians bibliotecario bibliotecaria",
        "coach": "coach coaches instructional entrenador",
        "technology": "technology tech it technician tecnologia tecnico informatica",
        "support": "secretary clerical custodian nurse bus cafeteria classified secretaria enfermera conductor",
        "staff": "staff employee employees personal empleado empleada empleados",
    }.items()
}
ROLE_WORDS: dict[str, str] = {word: name for name, listed in ROLE_CLASSES.items() for word in listed}
