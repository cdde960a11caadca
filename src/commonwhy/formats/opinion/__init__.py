"""Files of votes on statements: what Polis exports, and plain `voter,statement,vote` tables, with what belongs to them."""

from commonwhy.formats.opinion.findings import Findings
from commonwhy.formats.opinion.reading import Published, VoteFile, read_votes

__all__ = ["Findings", "Published", "VoteFile", "read_votes"]
