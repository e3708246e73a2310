from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import BaseForm, Form
from django.http import HttpRequest
from django.template.response import TemplateResponse

ROWS_SHOWN = 100


class NoQuestion(Form):
    """For an action that only wants a yes."""


def confirmation(
    model_admin: ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    title: str,
    form: BaseForm,
    told: Iterable[str] = (),
) -> TemplateResponse:
    """The page between a bulk action and its effect; its button posts the action again.

    `told` are sentences about what it would do.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form,
        "told": told,
        "action": request.POST["action"],
        "select_across": request.POST.get("select_across", "0"),
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "count": queryset.count(),
        "rows": queryset[:ROWS_SHOWN],
    }
    return TemplateResponse(request, "admin/confirmation.html", context)


def confirmed(request: HttpRequest) -> bool:
    return "confirmed" in request.POST
