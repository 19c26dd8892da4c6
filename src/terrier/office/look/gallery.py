"""Made-up contents for the gallery, where a developer sees every component in every state."""

from __future__ import annotations

from typing import Any

from django import forms

CHOICES = [("", "Choose…"), ("east", "East"), ("west", "West")]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", max_length=80, help_text="As it stands on the shop's sign.")
    email = forms.EmailField(label="E-mail", required=False)
    region = forms.ChoiceField(label="Region", choices=CHOICES)
    opens_on = forms.DateField(label="Opens on", widget=forms.DateInput(attrs={"type": "date"}))
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    weekly = forms.BooleanField(label="Visit every week", required=False)
    channel = forms.ChoiceField(
        label="Channel",
        choices=[("shop", "Pet shop"), ("vet", "Veterinary practice")],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label="File", required=False)


ROWS = [
    {
        "id": 1,
        "name": "Happy Paws",
        "place": "Columbus, OH",
        "holder": "Tess Miller",
        "sales": "48,210",
        "status": "active",
    },
    {
        "id": 2,
        "name": "Whisker & Tail",
        "place": "Dayton, OH",
        "holder": "Tim Otero",
        "sales": "31,944",
        "status": "lapsed",
    },
    {
        "id": 3,
        "name": "Bark Avenue",
        "place": "Ames, IA",
        "holder": "",
        "sales": "12,008",
        "status": "prospect",
    },
    {
        "id": 4,
        "name": "The Aquarium",
        "place": "Provo, UT",
        "holder": "Ann Liu",
        "sales": "7,312",
        "status": "closed",
    },
]
"""Shops as a list shows them."""


def samples() -> dict[str, Any]:
    wrong = SampleForm({"name": "", "email": "ann@", "region": "north", "opens_on": ""})
    wrong.add_error(None, "Two shops at one address need different names.")
    return {
        "form": SampleForm(auto_id="fine_%s"),
        "wrong": _named_apart(wrong),
        "rows": ROWS,
        "regions": CHOICES[1:],
    }


def _named_apart(form: SampleForm) -> SampleForm:
    form.auto_id = "wrong_%s"
    return form
