"""Answers out of the files of other survey makers: Google Forms, Microsoft Forms, Qualtrics, SurveyMonkey, any table.

Four steps, so that a page or a command line can stop after each: ``recognise`` a file, ``guess_mapping`` what its
columns are for, let a person change that, and ``read_responses`` (or ``summary``, which reads without keeping). What
says who answered is left behind while reading; see ``responses``.
"""

from commonwhy.formats.survey_exports.guesses import guess_mapping
from commonwhy.formats.survey_exports.layouts import Layout, Vendor, recognise
from commonwhy.formats.survey_exports.mapping import USE_LABELS, Check, Column, Mapping, MappingProblem, Use
from commonwhy.formats.survey_exports.matching import Known, Match, Matcher
from commonwhy.formats.survey_exports.responses import ImportedResponse, Reading, read_responses
from commonwhy.formats.survey_exports.row_checks import SKIP_REASONS
from commonwhy.formats.survey_exports.summaries import Summary, Unmatched, summary
from commonwhy.formats.survey_exports.tables import SURVEY_LIMITS

__all__ = [
    "SKIP_REASONS",
    "SURVEY_LIMITS",
    "USE_LABELS",
    "Check",
    "Column",
    "ImportedResponse",
    "Known",
    "Layout",
    "Mapping",
    "MappingProblem",
    "Match",
    "Matcher",
    "Reading",
    "Summary",
    "Unmatched",
    "Use",
    "Vendor",
    "guess_mapping",
    "read_responses",
    "recognise",
    "summary",
]
