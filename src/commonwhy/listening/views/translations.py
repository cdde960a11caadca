"""Texts out to a translator, and the filled-in file back in: looked through, shown, then kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.core import uploads
from commonwhy.districts.access import in_district
from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.translations import as_csv, as_workbook
from commonwhy.listening.forms.translations import ComeBackForm, TakeOutForm
from commonwhy.listening.queries import translations as queries
from commonwhy.listening.services import translations as services

SALT = "commonwhy.listening.translations"
LOOKED_AT = 200
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@uploads.takes_files
@never_cache
@require_http_methods(["GET", "POST"])
@in_district("answers.translate")
def translations(request: Any) -> HttpResponse:
    """What waits for a translation, and the way back in."""
    form = ComeBackForm(request.POST or None, request.FILES or None) if request.method == "POST" else ComeBackForm()
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            upload = uploads.keep(sent)
        except uploads.TooLarge as refusal:
            form.add_error("file", str(refusal))
        else:
            name = (sent.name or "file")[:160]
            signed = signing.dumps([upload, name, str(request.user.pk), str(request.district.pk)], salt=SALT)
            return redirect("listening:translations_file", district=request.district.slug, upload=signed)
    surveys = queries.surveys_with_words(request.viewer, request.district)
    asked = TakeOutForm(surveys, request.GET) if "into" in request.GET else None
    chosen: dict[str, Any] = asked.cleaned_data if asked is not None and asked.is_valid() else {"into": get_language() or "en"}
    waiting = queries.waiting_texts(
        request.viewer, request.district, chosen["into"], survey=chosen.get("survey", ""), notes=chosen.get("notes", False)
    )
    context = {
        "form": form,
        "asked": asked if asked is not None and asked.is_valid() else TakeOutForm(surveys, initial=chosen),
        "chosen": chosen,
        "waiting": len(waiting),
        "answers": sum(text.is_answer for text in waiting),
        "notes": sum(not text.is_answer for text in waiting),
    }
    return render(request, "listening/translations/page.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
@in_district("answers.translate")
def take_out(request: Any) -> HttpResponse:
    """The file for a translator. Noted in the audit."""
    form = TakeOutForm(queries.surveys_with_words(request.viewer, request.district), request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a language first. Nothing was taken out."))
        return redirect("listening:translations", district=request.district.slug)
    values = form.cleaned_data
    texts = queries.waiting_texts(
        request.viewer, request.district, values["into"], survey=values["survey"], notes=values["notes"]
    )
    if not texts:
        messages.info(request, _("Everything has a translation into that language. There is nothing to take out."))
        return redirect("listening:translations", district=request.district.slug)
    rows = services.take_out(district=request.district, texts=texts, into=values["into"], by=request.user)
    if "xlsx" in request.POST:
        return _file(as_workbook(rows), WORKBOOK, f"to-translate-into-{values['into']}.xlsx")
    return _file(as_csv(rows), "text/csv; charset=utf-8", f"to-translate-into-{values['into']}.csv")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("answers.translate")
def file(request: Any, upload: str) -> HttpResponse:
    """What a file would do, line by line; with a press, it is done. Its address is signed for whoever sent it."""
    name, kept = _sent(request, upload)
    path = uploads.path_of(kept)
    if path is None:
        messages.info(request, _("The file is no longer here; it is kept for a day. Send it again."))
        return redirect("listening:translations", district=request.district.slug)
    refusal = ""
    try:
        if request.method == "POST":
            try:
                done = services.bring_in(
                    viewer=request.viewer,
                    district=request.district,
                    path=path,
                    name=name,
                    seen=request.POST.get("seen", ""),
                    by=request.user,
                )
            except services.TranslationsRefused as changed:
                refusal = str(changed)
            else:
                uploads.forget(kept)
                count = len(done.changes)
                text = ngettext("%(count)s translation is kept.", "%(count)s translations are kept.", count)
                messages.success(request, text % {"count": count})
                return redirect("listening:translations", district=request.district.slug)
        plan = services.plan(viewer=request.viewer, district=request.district, path=path, name=name)
    except UnreadableFile as problem:
        uploads.forget(kept)
        messages.error(request, problem.text(_))
        return redirect("listening:translations", district=request.district.slug)
    context = {
        "plan": plan,
        "changes": plan.changes[:LOOKED_AT],
        "findings": [finding.as_dict(_) for finding in plan.findings[:LOOKED_AT]],
        "name": name,
        "refusal": refusal,
    }
    return render(request, "listening/translations/file.html", context, status=409 if refusal else 200)


def _sent(request: Any, signed: str) -> tuple[str, str]:
    """The file's name and where it is kept, if this account sent it for this district."""
    try:
        upload, name, account, district = signing.loads(signed, salt=SALT, max_age=uploads.KEPT_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    if (account, district) != (str(request.user.pk), str(request.district.pk)):
        raise Http404
    return name, upload


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
