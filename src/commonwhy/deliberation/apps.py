from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    name = "commonwhy.deliberation"
    label = "deliberation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from commonwhy.core.slots import responses_forgotten, survey_stops
        from commonwhy.deliberation import permissions  # noqa: F401  (registered by being imported)
        from commonwhy.deliberation.models import ApprovalBallot, Statement, StatementContact, Vote
        from commonwhy.deliberation.services.discussions import stops_of
        from commonwhy.deliberation.services.statements import forget_author
        from commonwhy.listening.services.stirring import OF_RESPONSES, beside_answers

        survey_stops.register("statements", stops_of)
        responses_forgotten.register("statements", forget_author)
        of_the_survey = "(SELECT id FROM deliberation_discussion WHERE survey_id = %s)"
        beside_answers.register("votes", (Vote, f"response_id IN {OF_RESPONSES}"))
        beside_answers.register("ballots", (ApprovalBallot, f"response_id IN {OF_RESPONSES}"))
        beside_answers.register("statements", (Statement, f"discussion_id IN {of_the_survey}"))
        beside_answers.register(
            "addresses",
            (
                StatementContact,
                f"statement_id IN (SELECT id FROM deliberation_statement WHERE discussion_id IN {of_the_survey})",  # noqa: S608
            ),
        )
