"""How the pages of people say what was done, and what could not be."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from terrier.office.audit.models import Act
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say


def tell(request: HttpRequest, act: Act | None) -> None:
    """Say what was done, if anything was, with a way back."""
    if act is not None:
        say(request, act.summary, undo=reverse("audit:undo", args=[act.pk]))


def put_on(form: forms.BaseForm, error: RefusedError | ValidationError) -> None:
    """Show what a service refused where the form asks for it, or above the form."""
    if isinstance(error, ValidationError):
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    else:
        told = {error.field: [str(error)]}
    for name, messages in told.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
