from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    name = "commonwhy.listening"
    label = "listening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from commonwhy.core import housekeeping
        from commonwhy.core.slots import HomeCard, NavigationItem, home_cards, navigation, survey_closed, survey_links
        from commonwhy.listening import home, jobs, permissions, search, thread  # noqa: F401  (registered by being imported)
        from commonwhy.listening.models import SearchText
        from commonwhy.listening.queries import results, theme_figures
        from commonwhy.listening.queries.families import link_from_survey
        from commonwhy.listening.services import search_index
        from commonwhy.listening.services.calendar import remind_all
        from commonwhy.listening.services.closing import close_run_out
        from commonwhy.listening.services.disposal import delete_due
        from commonwhy.listening.services.reply_reminders import remind_of_replies
        from commonwhy.listening.services.results import start_when_closed
        from commonwhy.listening.services.safety_words import keep_watch, stir_flags
        from commonwhy.listening.services.stirring import stir_all

        navigation.register(
            "listen",
            NavigationItem(
                verb="listen",
                label=_("Listen"),
                hint=_("who said what"),
                url=lambda district: reverse("listening:surveys", args=[district.slug]),
                sections=("listening",),
            ),
            order=10,
        )
        home_cards.register("safety", HomeCard("listening/safety/home_card.html", home.safety_card), order=1)
        home_cards.register("listening", HomeCard("listening/surveys/home_card.html", home.card), order=10)
        home_cards.register("replies", HomeCard("listening/replies/home_card.html", home.owed_card), order=5)
        survey_links.register("themes", theme_figures.link_from_survey, order=30)
        housekeeping.register("remind of replies", remind_of_replies)
        thread.register()
        search.register()
        housekeeping.register("stir answers", stir_all)
        housekeeping.register("index the words of answers", search_index.index_all)
        survey_links.register("results", results.link_from_survey, order=10)
        survey_closed.register("results", start_when_closed)
        post_delete.connect(search_index.forget, sender=SearchText, dispatch_uid="forget searched words")
        housekeeping.register("remind of conversations", remind_all)
        survey_links.register("families", link_from_survey, order=90)
        housekeeping.register("close surveys that ran out", close_run_out)
        housekeeping.register("delete answers on the promised day", delete_due)
        housekeeping.register("stir the safety queue", stir_flags)
        housekeeping.register_often("watch over what people write", keep_watch)
