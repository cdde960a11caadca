"""The rows of this room."""

from commonwhy.listening.models.calendar import CalendarFeed
from commonwhy.listening.models.care import Disposal, ParentChoice, SurveyCare
from commonwhy.listening.models.consulting import CoverageTarget, Stance
from commonwhy.listening.models.conversation import Attendance, Conversation, MeetingSeries, Note
from commonwhy.listening.models.excerpt import Excerpt
from commonwhy.listening.models.figures import QuestionFigures
from commonwhy.listening.models.mailing import Mailing
from commonwhy.listening.models.question import ExpertReview, Question, Questionnaire, QuestionnaireVersion
from commonwhy.listening.models.reply import Reply, ReplyMailing, ReplyPoint
from commonwhy.listening.models.response import Answer, IssuedKey, Response
from commonwhy.listening.models.safety import SafetyFlag, SafetyLook, SafetyPosition, SafetyWord
from commonwhy.listening.models.search import SearchText
from commonwhy.listening.models.survey import Survey, SurveyCell
from commonwhy.listening.models.theme import Coding, CodingSample, SampledAnswer, Theme, ThemeFigures
from commonwhy.listening.models.translation import AnswerTranslation, NoteTranslation
from commonwhy.listening.models.upload import AnswerFile

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerTranslation",
    "Attendance",
    "CalendarFeed",
    "Coding",
    "CodingSample",
    "Conversation",
    "CoverageTarget",
    "Disposal",
    "Excerpt",
    "ExpertReview",
    "IssuedKey",
    "Mailing",
    "MeetingSeries",
    "Note",
    "NoteTranslation",
    "ParentChoice",
    "Question",
    "QuestionFigures",
    "Questionnaire",
    "QuestionnaireVersion",
    "Reply",
    "ReplyMailing",
    "ReplyPoint",
    "Response",
    "SafetyFlag",
    "SafetyLook",
    "SafetyPosition",
    "SafetyWord",
    "SampledAnswer",
    "SearchText",
    "Stance",
    "Survey",
    "SurveyCare",
    "SurveyCell",
    "Theme",
    "ThemeFigures",
]
