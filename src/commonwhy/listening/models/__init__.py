"""The rows of this room."""

from commonwhy.listening.models.conversation import Conversation, Note
from commonwhy.listening.models.excerpt import Excerpt
from commonwhy.listening.models.mailing import Mailing
from commonwhy.listening.models.question import Question, Questionnaire, QuestionnaireVersion
from commonwhy.listening.models.response import Answer, IssuedKey, Response
from commonwhy.listening.models.survey import Survey, SurveyCell
from commonwhy.listening.models.translation import AnswerTranslation
from commonwhy.listening.models.upload import AnswerFile

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerTranslation",
    "Conversation",
    "Excerpt",
    "IssuedKey",
    "Mailing",
    "Note",
    "Question",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "Survey",
    "SurveyCell",
]
