"""The words for what somebody is, and the group each word leads to.

OneRoster 1.1 and 1.2 have short lists; real files add words of their own, and Microsoft School Data Sync has thirty
more. A word of the standard is taken as it is; any other that is known, or nearly known, is taken and told; the rest
is refused. An ``administrator`` leads a school or the district, which only the organization tells.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from commonwhy.formats.oneroster.records import Group

ADMINISTRATOR = "administrator"

STANDARD_ROLES: dict[str, Group | None] = {
    # 1.1 and 1.2
    "aide": Group.SUPPORT_STAFF,
    "guardian": Group.FAMILIES,
    "parent": Group.FAMILIES,
    "proctor": Group.SUPPORT_STAFF,
    "relative": Group.FAMILIES,
    "student": Group.STUDENTS,
    "teacher": Group.TEACHERS,
    ADMINISTRATOR: None,
    # 1.2
    "counselor": Group.SUPPORT_STAFF,
    "districtadministrator": Group.DISTRICT_LEADERS,
    "principal": Group.BUILDING_LEADERS,
    "siteadministrator": Group.BUILDING_LEADERS,
    "systemadministrator": Group.SUPPORT_STAFF,
}
ONLY_IN_1_2 = {"counselor", "districtadministrator", "principal", "siteadministrator", "systemadministrator"}
STAFF = {Group.TEACHERS, Group.SUPPORT_STAFF, Group.BUILDING_LEADERS, Group.DISTRICT_LEADERS}

_MORE_WORDS: dict[str, Group | None] = {
    "admin": None,
    "administrador": None,
    "administradora": None,
    "leader": None,
    "assistantprincipal": Group.BUILDING_LEADERS,
    "viceprincipal": Group.BUILDING_LEADERS,
    "deputyprincipal": Group.BUILDING_LEADERS,
    "headteacher": Group.BUILDING_LEADERS,
    "dean": Group.BUILDING_LEADERS,
    "buildingleader": Group.BUILDING_LEADERS,
    "schoolleader": Group.BUILDING_LEADERS,
    "director": Group.BUILDING_LEADERS,
    "directora": Group.BUILDING_LEADERS,
    "subdirector": Group.BUILDING_LEADERS,
    "subdirectora": Group.BUILDING_LEADERS,
    "superintendent": Group.DISTRICT_LEADERS,
    "assistantsuperintendent": Group.DISTRICT_LEADERS,
    "superintendente": Group.DISTRICT_LEADERS,
    "districtleader": Group.DISTRICT_LEADERS,
    "districtstaff": Group.DISTRICT_LEADERS,
    "prof": Group.TEACHERS,
    "professor": Group.TEACHERS,
    "profesor": Group.TEACHERS,
    "profesora": Group.TEACHERS,
    "maestro": Group.TEACHERS,
    "maestra": Group.TEACHERS,
    "docente": Group.TEACHERS,
    "instructor": Group.TEACHERS,
    "educator": Group.TEACHERS,
    "faculty": Group.TEACHERS,
    "lecturer": Group.TEACHERS,
    "substitute": Group.TEACHERS,
    "staff": Group.SUPPORT_STAFF,
    "supportstaff": Group.SUPPORT_STAFF,
    "personal": Group.SUPPORT_STAFF,
    "personaldeapoyo": Group.SUPPORT_STAFF,
    "officestaff": Group.SUPPORT_STAFF,
    "secretary": Group.SUPPORT_STAFF,
    "secretaria": Group.SUPPORT_STAFF,
    "paraprofessional": Group.SUPPORT_STAFF,
    "para": Group.SUPPORT_STAFF,
    "teacherassistant": Group.SUPPORT_STAFF,
    "assistant": Group.SUPPORT_STAFF,
    "auxiliar": Group.SUPPORT_STAFF,
    "asistente": Group.SUPPORT_STAFF,
    "counsellor": Group.SUPPORT_STAFF,
    "consejero": Group.SUPPORT_STAFF,
    "consejera": Group.SUPPORT_STAFF,
    "nurse": Group.SUPPORT_STAFF,
    "enfermera": Group.SUPPORT_STAFF,
    "librarian": Group.SUPPORT_STAFF,
    "bibliotecaria": Group.SUPPORT_STAFF,
    "coach": Group.SUPPORT_STAFF,
    "specialservices": Group.SUPPORT_STAFF,
    "occupationaltherapist": Group.SUPPORT_STAFF,
    "physicaltherapist": Group.SUPPORT_STAFF,
    "speechtherapist": Group.SUPPORT_STAFF,
    "visiontherapist": Group.SUPPORT_STAFF,
    "advisor": Group.SUPPORT_STAFF,
    "itadmin": Group.SUPPORT_STAFF,
    "technician": Group.SUPPORT_STAFF,
    "pupil": Group.STUDENTS,
    "learner": Group.STUDENTS,
    "estudiante": Group.STUDENTS,
    "alumno": Group.STUDENTS,
    "alumna": Group.STUDENTS,
    "family": Group.FAMILIES,
    "families": Group.FAMILIES,
    "mother": Group.FAMILIES,
    "father": Group.FAMILIES,
    "caregiver": Group.FAMILIES,
    "padre": Group.FAMILIES,
    "madre": Group.FAMILIES,
    "tutor": Group.FAMILIES,
    "tutora": Group.FAMILIES,
    "familia": Group.FAMILIES,
    "familiar": Group.FAMILIES,
}
_ALL = STANDARD_ROLES | _MORE_WORDS


@dataclass(frozen=True, slots=True)
class Role:
    """A role word understood: ``group`` is None for an administrator until the organization is known."""

    word: str
    group: Group | None
    certain: bool

    def group_for(self, *, of_district: bool) -> Group:
        """The group, an administrator's by where they are."""
        if self.group is not None:
            return self.group
        return Group.DISTRICT_LEADERS if of_district else Group.BUILDING_LEADERS


_READ: dict[str, Role | None] = {}


def read_role(text: str) -> Role | None:
    """The role a word means; ``certain`` is False where it is a guess; None where nothing comes near."""
    if text in _READ:
        return _READ[text]
    role = _understand(text)
    if len(_READ) < 1_000 and len(text) < 60:
        _READ[text] = role
    return role


def _understand(text: str) -> Role | None:
    if not text or len(text) > 60:
        return None
    key = re.sub(r"[\W_]+", "", text.casefold())
    if key in STANDARD_ROLES:
        return Role(key, STANDARD_ROLES[key], certain=True)
    for word in (key, key.removesuffix("s"), key.removesuffix("es")):
        if word in _ALL:
            return Role(word, _ALL[word], certain=False)
    first = re.sub(r"[\W_]+", "", re.split(r"[/,(;]", text.casefold())[0])
    if first in _ALL:
        return Role(first, _ALL[first], certain=False)
    near = difflib.get_close_matches(key, _ALL, 1, 0.84)
    return Role(near[0], _ALL[near[0]], certain=False) if near else None
