"""What is asked for on the pages of warnings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from terrier.office.desks.models import Limits
from terrier.office.desks.services import LONGEST_REASON


class DismissForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autofocus": True}),
        help_text=_("Those who see the warning can read it. It comes back when it is worse by a tenth."),
    )


class LimitsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Limits
        fields = (
            "over_percent",
            "far_km",
            "crowd_km",
            "crowd_percent",
            "white_space",
            "pay_percent",
            "key_sites",
            "key_sales",
            "key_potential",
        )
