"""The forms of plans: making one, its settings, its rules."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.office.accounts.models import Account, AccountClass, Channel
from terrier.office.alignment.areas import ensure_counties, hexagons_named
from terrier.office.alignment.choices import CLASSES, MEASURE_NAMES, Border, Choices, Measure, Warned
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Area, AreaKind, Level, Plan, Rule, RuleKind, Territory
from terrier.office.errors import RefusedError
from terrier.office.people.forms import day_field
from terrier.office.people.models import Person, Position
from terrier.office.people.scope import visible_to

LONGEST_LIST = 2_000_000
NAMED_AREAS = 12
"""Areas of one's own that the form names, for nobody knows them all by heart."""


class NewPlanForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    root = forms.ModelChoiceField(
        Position.objects.none(),
        label=gettext_lazy("For everybody below"),
        help_text=gettext_lazy("The plan is about the accounts that these people cover."),
    )
    on = day_field(gettext_lazy("As covered on"))
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(
        self, *args: Any, roots: QuerySet[Position, Position], own: Position | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["root"]
        field.queryset = roots
        self.fields["on"].initial = timezone.localdate()
        field.initial = own
        if own is not None:
            month = date_format(timezone.localdate(), "YEAR_MONTH_FORMAT")
            self.fields["name"].initial = _free_name(f"{own.name}, {month}")


def _free_name(name: str) -> str:
    """A name that tells a plan from those there are: the second of a month is “…, 2”."""
    taken = set(Plan.objects.filter(name__startswith=name).values_list("name", flat=True))
    others = (f"{name}, {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in others if one not in taken)


class SettingsForm(forms.Form):
    """A plan's settings; percentages are of 100. ``choices`` makes plain values of them again."""

    def __init__(self, data: Any = None, *, choices: Choices) -> None:
        super().__init__(data)
        self.choices = choices
        balanced = {one.measure: one for one in choices.balanced}
        for measure, name in MEASURE_NAMES.items():
            one = balanced.get(measure)
            self.fields[f"balance_{measure}"] = forms.BooleanField(
                label=str(name), required=False, initial=one is not None
            )
            self.fields[f"tolerance_{measure}"] = forms.FloatField(
                label=_("Tolerance, %"),
                min_value=0.1,
                max_value=500,
                required=False,
                initial=_plain(one.tolerance * 100) if one else 20,
            )
        limited = choices.max_moved is not None
        self.fields["max_moved"] = forms.FloatField(
            label=_("Accounts that may move at most, %"),
            min_value=0,
            max_value=100,
            required=False,
            initial=_plain((choices.max_moved or 0) * 100) if limited else None,
            help_text=_("Empty: as many as balance and travel ask for."),
        )
        self.fields["stay"] = forms.FloatField(
            label=_("How much a move must be worth"), min_value=0, max_value=100, initial=choices.stay,
            help_text=_("0: relationships count for nothing. 0.3 is usual, 2 moves very little."),
        )  # fmt: skip
        self.fields["seat_pull"] = forms.FloatField(
            label=_("Pull of home bases, %"),
            min_value=0,
            max_value=100,
            initial=round(choices.seat_pull * 100),
        )
        self.fields["reach_km"] = forms.FloatField(
            label=_("Farthest from the home base, km"),
            min_value=1,
            max_value=25_000,
            required=False,
            initial=None if choices.reach_km is None else _plain(choices.reach_km),
            help_text=_(
                "Nobody begins to serve an account farther away, unless hardly anybody lives nearer. Empty: however far."
            ),
        )
        for border, label, help_text in (
            (Border.REGION, _("Regions stay apart"), _("Territories are compared within their region.")),
            (Border.STATE, _("No state is divided anew"), _("Whoever serves a state today may go on.")),
            (Border.AREA, _("No area of our own is divided anew"), _("Areas come from GeoJSON files.")),
        ):
            self.fields[f"border_{border}"] = forms.BooleanField(
                label=label, required=False, initial=border in choices.borders, help_text=help_text
            )
        self.fields["in_one_piece"] = forms.BooleanField(
            label=_("Territories in one piece"),
            required=False,
            initial=choices.in_one_piece,
            help_text=_(
                "The engine brings accounts home that others of their territory cannot reach, where balance allows."
            ),
        )
        self.fields["chains_together"] = forms.BooleanField(
            label=_("All sites of a chain in one territory"), required=False, initial=choices.chains_together
        )
        self.fields["accepts_within"] = forms.FloatField(
            label=_("Proposals of the field are accepted within, %"),
            min_value=0,
            max_value=100,
            initial=_plain(choices.accepts_within * 100),
            help_text=_("When no territory that they touch then deviates by more, in any measure."),
        )
        self._warned(choices.warned)
        for kind in CLASSES:
            self.fields[f"calls_{kind}"] = forms.FloatField(
                label=_("Calls a year"),
                min_value=0,
                max_value=366,
                initial=_plain(choices.visits.calls[kind]),  # type: ignore[index]
            )
            self.fields[f"minutes_{kind}"] = forms.FloatField(
                label=_("Minutes of a call"),
                min_value=1,
                max_value=600,
                initial=_plain(choices.visits.minutes[kind]),  # type: ignore[index]
            )

    def _warned(self, warned: Warned) -> None:
        company = _("Empty: from the company's limit on.")
        for name, label, most in (
            ("over", _("Over capacity above, %"), 1000),
            ("under", _("Too little for one below, %"), 100),
            ("pay_apart", _("Pay is far from its peers' by more than, %"), 1000),
        ):
            value = getattr(warned, name)
            self.fields[f"warned_{name}"] = forms.FloatField(
                label=label, min_value=0 if name == "under" else 1, max_value=most, required=False,
                initial=None if value is None else _plain(value * 100),
                help_text=_("Empty: never.") if name == "under" else company,
            )  # fmt: skip
        self.fields["warned_white_space"] = forms.FloatField(
            label=_("White space counts from, a year"),
            min_value=1,
            max_value=1e9,
            required=False,
            initial=warned.white_space,
            help_text=company,
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(f"balance_{measure}") for measure in Measure):
            self.add_error(f"balance_{Measure.WORKLOAD}", _("Choose at least one measure to balance."))
        return values

    @property
    def measures(self) -> list[tuple[Any, Any]]:
        return [(self[f"balance_{one}"], self[f"tolerance_{one}"]) for one in Measure]

    @property
    def classes(self) -> list[tuple[str, Any, Any]]:
        named = {**dict(AccountClass.choices), "": _("Without a class")}
        return [(str(named[one]), self[f"calls_{one}"], self[f"minutes_{one}"]) for one in CLASSES]

    @property
    def amounts(self) -> list[Any]:
        return [self[name] for name in ("max_moved", "stay", "seat_pull", "reach_km", "accepts_within")]

    @property
    def borders(self) -> list[Any]:
        return [*(self[f"border_{one}"] for one in Border), self["in_one_piece"], self["chains_together"]]

    @property
    def warnings(self) -> list[Any]:
        return [self[f"warned_{name}"] for name in ("over", "under", "white_space", "pay_apart")]

    def asked(self) -> dict[str, Any]:
        """The settings as ``edit_plan`` takes them; what the form does not show stays."""
        values = self.cleaned_data
        moved = values["max_moved"]
        return {
            **self.choices.model_dump(mode="json"),
            "balanced": [
                {
                    "measure": one.value,
                    "tolerance": (values[f"tolerance_{one}"] or 20) / 100,
                }
                for one in Measure
                if values[f"balance_{one}"]
            ],
            "max_moved": None if moved is None else moved / 100,
            "stay": values["stay"],
            "seat_pull": values["seat_pull"] / 100,
            "reach_km": values["reach_km"],
            "borders": [one.value for one in Border if values[f"border_{one}"]],
            "in_one_piece": values["in_one_piece"],
            "chains_together": values["chains_together"],
            "accepts_within": values["accepts_within"] / 100,
            "warned": {
                "over": _ratio(values["warned_over"]),
                "under": _ratio(values["warned_under"]) or 0,
                "white_space": values["warned_white_space"],
                "pay_apart": _ratio(values["warned_pay_apart"]),
            },
            "visits": {
                "calls": {one: values[f"calls_{one}"] for one in CLASSES},
                "minutes": {one: values[f"minutes_{one}"] for one in CLASSES},
                "day_hours": self.choices.visits.day_hours,
            },
        }


def _plain(value: float) -> float:
    """A number of a field as one writes it: 24, not 24.0."""
    return round(value) if round(value, 1).is_integer() else round(value, 1)


def _ratio(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


class RuleForm(forms.Form):
    """One rule of a kind: what it asks for, and the territory that takes what fits."""

    def refuse(self, error: RefusedError) -> None:
        """What is wrong stands at its field; over the API it begins with the field's name, such as ``zips.0``."""
        name, said = error.field.partition(".")[0], str(error).removeprefix(f"{error.field}: ")
        self.add_error(name if name in self.fields else None, said)

    def __init__(
        self, data: Any = None, *, plan: Plan, kind: str, person: Person, rule: Rule | None = None
    ) -> None:
        super().__init__(data)
        self.kind, self.person = kind, person
        given = rule.parameters if rule else {}
        for name, field in _asked_by(kind, given).items():
            self.fields[name] = field
        self.fields["territory"] = forms.ModelChoiceField(
            Territory.objects.filter(plan=plan, level=Level.TERRITORY).order_by("name"),
            label=_("Goes to"),
            initial=rule.territory if rule else None,
        )
        self.fields["note"] = forms.CharField(
            label=_("Why"), max_length=200, required=False, initial=rule.note if rule else ""
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            values["parameters"] = self._parameters(values)
        except PlanError as error:
            self.add_error(next(iter(self.fields)), str(error))
        return values

    def _parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        match self.kind:
            case RuleKind.NAMED:
                return {"accounts": self._accounts(values.get("accounts", ""))}
            case RuleKind.CHAIN:
                return {"chains": self._accounts(values.get("chains", ""))}
            case RuleKind.AREA:
                return {"areas": _areas(values.get("areas", ""))}
            case RuleKind.ZIP:
                return {"zips": _words(values.get("zips", ""))}
            case RuleKind.STATE:
                return {"states": self._states(values.get("states", ""))}
            case RuleKind.CHANNEL:
                return {"channels": values.get("channels") or []}
            case RuleKind.CLASS:
                return {"classes": values.get("classes") or []}
            case RuleKind.SIZE:
                bounds = {name: values.get(name) for name in ("at_least", "below")}
                given = {name: str(value) for name, value in bounds.items() if value is not None}
                return {"by": values.get("by"), **given}
        return {}

    def _states(self, text: str) -> list[str]:
        """States as the accounts that the person sees write them, whatever the case; or a state of the map, for accounts to come."""
        words = list(dict.fromkeys(word.strip() for word in re.split(r"[,;\n]+", text) if word.strip()))
        written = visible_to(self.person, Account).order_by().values_list("state", flat=True).distinct()
        known = {state.casefold(): state for state in written if state}
        known = {state.casefold(): state for state in _states_of_map()} | known
        if missing := [word for word in words if word.casefold() not in known]:
            raise PlanError(
                _("No account that you see is in such a state: %(first)s. Write them as accounts do: OH, MI.")
                % {"first": ", ".join(f"“{one[:40]}”" for one in missing[:5])}
            )
        return list(dict.fromkeys(known[word.casefold()] for word in words))

    def _accounts(self, text: str) -> list[int]:
        """Accounts by external id or name, one a line, among those that the person sees. A name that several have is refused."""
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        rows = visible_to(self.person, Account).filter(deleted_at__isnull=True)
        found: dict[str, int] = {}
        by_id: set[str] = set()
        alike: set[str] = set()
        for at in range(0, len(lines), 500):
            some = lines[at : at + 500]
            wanted = rows.filter(Q(external_id__in=some) | Q(name__in=some))
            for number, external_id, name in wanted.values_list("pk", "external_id", "name"):
                if external_id and external_id in some:
                    found[external_id] = number
                    by_id.add(external_id)
                if name in some and name not in by_id:
                    if name in found:
                        alike.add(name)
                    found[name] = number
        missing = [line for line in lines if line not in found]
        if missing:
            raise PlanError(
                _("No account that you see has this external id or name: %(first)s.")
                % {"first": ", ".join(f"“{one[:60]}”" for one in missing[:5])}
            )
        if twice := sorted(alike - by_id):
            raise PlanError(
                _("Several accounts have this name; write their external ids instead: %(first)s.")
                % {"first": ", ".join(f"“{one[:60]}”" for one in twice[:5])}
            )
        return sorted(set(found.values()))


def _asked_by(kind: str, given: dict[str, Any]) -> dict[str, forms.Field]:
    match kind:
        case RuleKind.NAMED | RuleKind.CHAIN:
            name = "accounts" if kind == RuleKind.NAMED else "chains"
            label = _("Accounts") if kind == RuleKind.NAMED else _("Head offices of chains")
            return {name: _lines(label, _("External ids or names, one a line."), _named(given.get(name, ())))}
        case RuleKind.AREA:
            known = Area.objects.filter(pk__in=given.get("areas", ())).values_list("name", flat=True)
            help_text = _(
                "Counties as “Franklin, OH” or by FIPS number, areas of your own, or hexagons by their h3 code; one a line."
            )
            return {"areas": _lines(_("Areas"), f"{help_text} {_own_areas()}".strip(), list(known))}
        case RuleKind.ZIP:
            help_text = _("Codes (43004), beginnings (430*) or ranges (43000-43099), as many as you like.")
            return {"zips": _lines(_("ZIP codes"), help_text, given.get("zips", ()))}
        case RuleKind.STATE:
            return {
                "states": forms.CharField(
                    label=_("States"), max_length=500, initial=", ".join(given.get("states", ())),
                    help_text=_("As accounts write them: OH, MI."),
                )
            }  # fmt: skip
        case RuleKind.CHANNEL:
            return {"channels": _ticks(_("Channels"), Channel.choices, given.get("channels"))}
        case RuleKind.CLASS:
            classes = [*AccountClass.choices, ("", _("Without a class"))]
            return {"classes": _ticks(_("Classes"), classes, given.get("classes"))}
        case RuleKind.SIZE:
            by = [
                ("annual_sales", _("Sales, last 12 months")),
                ("potential", _("Potential a year")),
                ("service_hours", _("Service hours a year")),
            ]
            return {
                "by": forms.ChoiceField(label=_("By"), choices=by, initial=given.get("by")),
                "at_least": forms.DecimalField(
                    label=_("At least"),
                    min_value=0,
                    max_digits=14,
                    required=False,
                    initial=given.get("at_least"),
                ),
                "below": forms.DecimalField(
                    label=_("Below"), min_value=0, max_digits=14, required=False, initial=given.get("below")
                ),
            }
    return {}


def _own_areas() -> str:
    names = list(Area.objects.filter(kind=AreaKind.POLYGON).values_list("name", flat=True)[: NAMED_AREAS + 1])
    if not names:
        return ""
    told = ", ".join(f"“{name}”" for name in names[:NAMED_AREAS])
    return _("Yours are %(names)s.") % {"names": told if len(names) <= NAMED_AREAS else f"{told} …"}


def _lines(label: str, help_text: str, given: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 6}),
        initial="\n".join(map(str, given)),
    )


def _ticks(label: str, choices: Any, given: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, initial=given, widget=forms.CheckboxSelectMultiple
    )


def _named(ids: Any) -> list[str]:
    rows = Account.objects.filter(pk__in=list(ids)[:2000]).values_list("external_id", "name")
    return [external_id or name for external_id, name in rows]


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in re.split(r"[\s,;]+", text) if word))


def _states_of_map() -> set[str]:
    from terrier.atlas.outlines import counties  # noqa: PLC0415 - reads a large file

    return set(counties().states)


def _areas(text: str) -> list[int]:
    """Areas by name or code: own polygons first, then hexagons, then counties of the packaged outlines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    own = {
        name.casefold(): number
        for number, name in Area.objects.filter(kind=AreaKind.POLYGON).values_list("pk", "name")
    }
    named = {own[line.casefold()] for line in lines if line.casefold() in own}
    rest = [line for line in lines if line.casefold() not in own]
    hexagons = hexagons_named(rest)
    rest = [line for line in rest if line not in hexagons]
    fips = _fips(rest) if rest else []
    return sorted(
        {*named, *(area.pk for area in hexagons.values()), *(area.pk for area in ensure_counties(fips))}
    )


def _fips(lines: list[str]) -> list[str]:
    from terrier.atlas.outlines import counties  # noqa: PLC0415 - reads a large file

    outlines = counties()
    by_name = {
        f"{name}, {state}".casefold(): code
        for code, name, state in zip(outlines.fips, outlines.names, outlines.states, strict=True)
    }
    known = set(outlines.fips)
    found = [line if line in known else by_name.get(line.casefold(), "") for line in lines]
    missing = [line for line, code in zip(lines, found, strict=True) if not code]
    if missing:
        raise PlanError(
            _("No area is called this: %(first)s.")
            % {"first": ", ".join(f"“{one[:60]}”" for one in missing[:5])}
        )
    return found
