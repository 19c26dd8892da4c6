"""What is asked for on the pages of analyses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from terrier.office.analysis.services import LONGEST_NAME


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autofocus": True})
    )
