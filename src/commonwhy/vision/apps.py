from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class VisionConfig(AppConfig):
    name = "commonwhy.vision"
    label = "vision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from commonwhy.core.slots import (
            HomeCard,
            NavigationItem,
            divided_links,
            home_cards,
            invitation_accepted,
            navigation,
            survey_closed,
            survey_links,
            why_lines,
            words_withdrawn,
        )
        from commonwhy.deliberation.onward import onward
        from commonwhy.vision import home, jobs, permissions, search, thread, thread_statements, thread_trade_offs  # noqa: F401
        from commonwhy.vision.onward import from_priority
        from commonwhy.vision.queries.gap import link_from_survey
        from commonwhy.vision.queries.trade_offs import link_from_discussion
        from commonwhy.vision.services.gap import start_when_closed
        from commonwhy.vision.services.gap.withdrawing import take_out_quotes
        from commonwhy.vision.services.reaffirming import start_when_closed as keep_pulse_when_closed
        from commonwhy.vision.services.together import join_when_accepted

        def address(district: Any) -> str:
            return reverse("vision:workshop", args=[district.slug])

        navigation.register(
            "agree",
            NavigationItem(
                verb="agree", label=_("Agree"), hint=_("our shared vision"), url=address, sections=("vision", "deliberation")
            ),
            order=20,
        )
        home_cards.register("vision", HomeCard("vision/write/home_card.html", home.card), order=20)
        home_cards.register("still holds", HomeCard("vision/way/home_card.html", home.still_holds_card), order=25)
        home_cards.register("co-author", HomeCard("vision/together/home_card.html", home.comment_card), order=15)
        home_cards.register("trade-offs", HomeCard("vision/trade_offs/home_card.html", home.trade_offs_card), order=22)
        why_lines.register("vision", home.why_line)
        thread.register()
        thread_trade_offs.register()
        thread_statements.register()
        onward.register("vision", from_priority)
        search.register()
        survey_links.register("gap", link_from_survey, order=20)
        divided_links.register("trade-offs", link_from_discussion)
        survey_closed.register("gap", start_when_closed)
        survey_closed.register("reaffirmation", keep_pulse_when_closed)
        words_withdrawn.register("gap", take_out_quotes)
        invitation_accepted.register("co-author", join_when_accepted)
