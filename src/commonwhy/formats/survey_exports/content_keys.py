"""A name for a response that is the same when the same file comes again, and says nothing about who wrote it.

The name is a keyed digest (HMAC-SHA-256) of what is read in and kept anyway: the answers under their questions, the
role, school, language and grade as written, and the week. No address, name, number, time or place in the file goes into
it, so it cannot be used to look for a person. The salt belongs to one survey: the same words in two surveys have two
names, and without the salt nobody can try out what someone may have said.

Two people may say the same thing in the same week; the second is a second response. So the number of times the same
content came before in this file is part of the name. A file exported again later, with more rows, then adds only what
is new. What it cannot tell apart: two different files of the same survey that hold the same words; a caller who reads
files from several places (one form per school, say) gives each place its own ``source``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping

from commonwhy.formats.survey_exports.tallies import Tally

_VERSION = "survey-response-1"


class ContentKeys:
    """Names responses of one survey, in the order of their file."""

    def __init__(self, salt: bytes, *, source: str = "") -> None:
        if len(salt) < 16:
            raise ValueError("a salt has at least 16 bytes")
        self._salt = salt
        self._source = source
        self._tally = Tally()

    def key(
        self,
        answers: Mapping[str, str | tuple[str, ...]],
        *,
        said: Mapping[str, str],
        week: dt.date | None,
    ) -> str:
        """The name of the next response: 32 hexadecimal digits.

        ``answers`` are by question (not by place in the file, so that a column added later changes nothing), ``said``
        the role, school, language and grade as they stand in the file.
        """
        content = json.dumps(
            [
                _VERSION,
                self._source,
                sorted((name, " ".join(value.split())) for name, value in said.items() if value.strip()),
                week.isoformat() if week else "",
                sorted((question, value) for question, value in answers.items() if value),
            ],
            ensure_ascii=False,
        )
        digest = hmac.new(self._salt, content.encode("utf-8", "surrogatepass"), hashlib.sha256)
        times = self._tally.add(digest.hexdigest())
        digest.update(f"\x00{times}".encode())
        return digest.hexdigest()[:32]

    def close(self) -> None:
        """Forget what was named."""
        self._tally.close()
