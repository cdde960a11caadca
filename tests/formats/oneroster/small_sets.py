"""A small OneRoster set that is right, and the means to zip it up spoilt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from commonwhy.formats.oneroster import Roster

Read = Callable[..., Roster]

ORGS = "sourcedId,name,type,parentSourcedId\nd1,Fernbrook,district,\ns1,Harbor Lane,school,d1\ns2,Mill Road,school,d1\n"
USERS = (
    "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,grades\n"
    "u1,true,s1,teacher,u1,Ada,Abara,ada@x.example,\n"
    "u2,true,s1,student,u2,Ben,Brandt,ben@x.example,04\n"
    "u3,true,s2,parent,u3,Cleo,Castillo,cleo@x.example,\n"
)
ROLES_HEADER = "sourcedId,userSourcedId,roleType,role,orgSourcedId\n"
USERS_1_2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,email\n"
    "u1,active,2025-10-01T00:00:00Z,true,u1,Ada,Abara,ada@x.example\n"
)


def zip_of(files: Mapping[str, str | bytes]) -> io.BytesIO:
    """A zip in memory."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    target.seek(0)
    return target


def manifest_for(version: str, **modes: str) -> str:
    """A manifest with the modes of some files."""
    return f"propertyName,value\noneroster.version,{version}\n" + "".join(f"file.{k},{v}\n" for k, v in modes.items())
