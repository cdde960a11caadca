from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    name = "commonwhy.deliberation"
    label = "deliberation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from commonwhy.core import housekeeping
        from commonwhy.core.slots import (
            HomeCard,
            home_cards,
            respondent_places,
            responses_forgotten,
            survey_closed,
            survey_links,
            survey_places,
            survey_stops,
        )
        from commonwhy.deliberation import home, jobs, permissions, search, thread  # noqa: F401  (registered by being imported)
        from commonwhy.deliberation.models import ApprovalBallot, Statement, StatementContact, Vote
        from commonwhy.deliberation.queries.discussions import link_from_survey, places
        from commonwhy.deliberation.queries.taking_part import place_of
        from commonwhy.deliberation.services.discussions import stops_of
        from commonwhy.deliberation.services.landscape import start_when_closed, start_where_new
        from commonwhy.deliberation.services.priorities import close_with_discussion
        from commonwhy.deliberation.services.routing import weigh_open
        from commonwhy.deliberation.services.statements import forget_author
        from commonwhy.listening.services.stirring import OF_RESPONSES, beside_answers

        home_cards.register("where we agree", HomeCard("deliberation/landscape/home_card.html", home.card), order=18)
        thread.register()
        search.register()
        survey_closed.register("where we agree", start_when_closed)
        survey_closed.register("priorities", close_with_discussion)
        housekeeping.register("look where we agree", start_where_new)
        housekeeping.register_often("weigh statements to show", weigh_open)
        survey_places.register("discussions", places)
        survey_links.register("discussions", link_from_survey, order=60)
        survey_stops.register("statements", stops_of)
        respondent_places.register("discussions", place_of)
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
