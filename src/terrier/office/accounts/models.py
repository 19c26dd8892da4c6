"""The customers: accounts and their chains, the people who decide there, what they buy, and what competitors hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.trees import broken_chains


class Status(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Active")
    LAPSED = "lapsed", _("Lapsed")
    CLOSED = "closed", _("Closed")


STATUS_NAMES = dict(Status.choices)


class Channel(models.TextChoices):
    INDEPENDENT = "independent", _("Independent pet store")
    CHAIN = "chain", _("Pet chain")
    GROOMER = "groomer", _("Groomer")
    VET = "vet", _("Veterinary practice")
    KENNEL = "kennel", _("Kennel or boarding")
    FARM = "farm", _("Farm and feed")
    GROCERY = "grocery", _("Grocery")
    ECOMMERCE = "ecommerce", _("E-commerce")
    OTHER = "other", _("Other")


class AccountClass(models.TextChoices):
    A = "A", _("A")
    B = "B", _("B")
    C = "C", _("C")
    D = "D", _("D")


class Removable(models.QuerySet[Any]):
    def kept(self) -> Removable:
        """Those that nobody has deleted."""
        return self.filter(deleted_at__isnull=True)


FILTERED_BY = (
    "deleted_at",
    "channel",
    "status",
    "account_class",
    "state",
    "annual_sales",
    "potential",
)
"""Columns of an account that lists are narrowed by most."""


class Account(models.Model):
    """A customer or prospect: one place goods go to, or the head of a chain above its sites.

    ``parent`` is the next one up; ``chain`` is the top of its tree, and empty for the top itself and for single accounts.
    Services keep the two in step. A deleted account stays, with the time it was deleted, so that it can come back.
    """

    external_id = models.CharField(_("external id"), max_length=64, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=160)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    chain = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="sites", editable=False
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.PROSPECT)
    channel = models.CharField(
        _("channel"), max_length=16, choices=Channel.choices, default=Channel.INDEPENDENT
    )
    account_class = models.CharField(_("class"), max_length=1, choices=AccountClass.choices, blank=True)
    street = models.CharField(_("street"), max_length=160, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=40, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    country = models.CharField(_("country"), max_length=2, default="US")
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), max_length=200, blank=True)
    annual_sales = models.DecimalField(_("sales, last 12 months"), max_digits=14, decimal_places=2, default=0)
    potential = models.DecimalField(
        _("potential a year"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    service_hours = models.DecimalField(
        _("service hours a year"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    payment_terms = models.CharField(_("payment terms"), max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Removable] = Removable.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=Status.values), name="account_status_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="account_channel_is_known"),
            models.CheckConstraint(
                condition=Q(account_class__in=["", *AccountClass.values]), name="account_class_is_known"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="account_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, chain__isnull=True)
                | Q(parent__isnull=False, chain__isnull=False),
                name="account_chain_follows_parent",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="account_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(potential__isnull=True) | Q(potential__gte=0),
                name="account_potential_not_negative",
            ),
            models.CheckConstraint(condition=Q(service_hours__gte=0), name="account_hours_not_negative"),
        )
        indexes = (
            # The order of lists that ask for none: rows that a filter leaves out are not read.
            models.Index(fields=["name", "id", *FILTERED_BY], name="account_by_name"),
            models.Index(F("annual_sales").desc(), F("id").desc(), name="account_by_sales"),
            models.Index(Coalesce("potential", -1).desc(), F("id").desc(), name="account_by_potential"),
            models.Index(F("state"), F("city"), F("id"), name="account_by_place"),
            models.Index(F("city"), F("id"), name="account_by_city"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="account_by_change"),
            # The top of the tree that it belongs to: what a key account manager is asked about.
            models.Index(Coalesce("chain", "id"), name="account_by_top"),
            # What is counted by, and what tree it is in: all in one small index, to be read whole or looked up by the number.
            # It begins with the number so that no list is tempted to find rows by it and sort them, instead of walking
            # in its order.
            models.Index(
                fields=["id", "chain", *FILTERED_BY],
                name="account_to_count",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """Django would go through all of the field's choices for each word."""
        return str(STATUS_NAMES.get(self.status, self.status))

    def clean(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Latitude and longitude go together: give both or neither.")})
        if self.latitude == 0 and self.longitude == 0:
            raise ValidationError({"latitude": NO_PLACE})

    @classmethod
    def broken(cls, ids: Sequence[int]) -> list[str]:
        """What is wrong in the chain trees around some accounts, in sentences; empty when all is well."""
        return broken_chains(cls, ids)


NO_PLACE = _(
    "0, 0 lies in the sea off Africa, where programs put what they did not find. Leave both empty where the place is not known."
)


class ContactRole(models.TextChoices):
    DECISION_MAKER = "decision_maker", _("Decision maker")
    INFLUENCER = "influencer", _("Influencer")
    BUYER = "buyer", _("Buyer")
    USER = "user", _("User")
    GATEKEEPER = "gatekeeper", _("Gatekeeper")


class Stance(models.TextChoices):
    CHAMPION = "champion", _("Champion")
    SUPPORTER = "supporter", _("Supporter")
    NEUTRAL = "neutral", _("Neutral")
    CRITIC = "critic", _("Critic")
    OPPONENT = "opponent", _("Opponent")


class ReachBy(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    TEXT = "text", _("Text message")
    VISIT = "visit", _("Visit")


class Contact(models.Model):
    """Somebody at an account: what they decide, how they see us, how they like to be reached."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts")
    external_id = models.CharField(_("external id"), max_length=64, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=ContactRole.choices, default=ContactRole.BUYER)
    stance = models.CharField(_("stance"), max_length=12, choices=Stance.choices, default=Stance.NEUTRAL)
    reach_by = models.CharField(
        _("likes to be reached by"), max_length=8, choices=ReachBy.choices, blank=True
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Removable] = Removable.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("account", "name", "id")
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=ContactRole.values), name="contact_role_is_known"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="contact_stance_is_known"),
        )

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """How the account does business, in the words of those who know it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    text = models.TextField(_("text"), max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Removable] = Removable.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return self.text[:60]


class Category(models.Model):
    """What we sell, in the words of the price list: dog food, litter, toys."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


class Purchase(models.Model):
    """What an account bought of one category in the last twelve months and in the twelve before them."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="purchases")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    last_year = models.DecimalField(_("last 12 months"), max_digits=14, decimal_places=2, default=0)
    year_before = models.DecimalField(_("12 months before"), max_digits=14, decimal_places=2, default=0)

    class Meta:
        ordering = ("account", "-last_year")
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        constraints = (
            models.UniqueConstraint(fields=["account", "category"], name="purchase_once_a_category"),
        )

    def __str__(self) -> str:
        return f"{self.category}: {self.last_year}"


class Competitor(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")

    def __str__(self) -> str:
        return self.name


class CompetitorPresence(models.Model):
    """Who else sells there: which categories, and how much of what the account buys."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="competitors")
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="presences")
    categories = models.ManyToManyField(Category, blank=True, related_name="+")
    share = models.DecimalField(
        _("share of what they buy, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    seen_on = models.DateField(_("seen on"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Removable] = Removable.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("account", "-share", "id")
        verbose_name = _("competitor presence")
        verbose_name_plural = _("competitor presences")
        constraints = (
            models.UniqueConstraint(
                fields=["account", "competitor"],
                condition=Q(deleted_at__isnull=True),
                name="competitor_once_an_account",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__range=(0, 100)),
                name="competitor_share_is_a_percentage",
            ),
        )

    def __str__(self) -> str:
        return str(self.competitor)


class EventKind(models.TextChoices):
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")
    ORDER = "order", _("Order")
    COMPLAINT = "complaint", _("Complaint")
    OTHER = "other", _("Other")


class Event(models.Model):
    """Something that happened with an account: a call, a visit, an order. Its timeline shows these beside the changes."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind.choices)
    happened_at = models.DateTimeField(_("when"))
    summary = models.CharField(_("what happened"), max_length=400, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Removable] = Removable.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-happened_at", "-id")
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = (models.Index(F("account"), F("happened_at").desc(), name="event_by_account"),)

    def __str__(self) -> str:
        return self.summary or str(self.get_kind_display())


class Task(models.Model):
    """Something to do for an account, by somebody, by a day. Open until it is done."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tasks")
    title = models.CharField(_("what"), max_length=200)
    due_on = models.DateField(_("due"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks", null=True, blank=True
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Removable] = Removable.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = (
            models.Index(
                F("account"),
                F("due_on"),
                condition=Q(done_at__isnull=True, deleted_at__isnull=True),
                name="task_open_by_account",
            ),
            models.Index(
                F("assignee"),
                F("due_on"),
                condition=Q(done_at__isnull=True, deleted_at__isnull=True),
                name="task_open_by_assignee",
            ),
        )

    def __str__(self) -> str:
        return self.title


class SavedView(models.Model):
    """A filter, a sort and columns of the account list under a name; shared ones are seen by everybody, each in their scope."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    query = models.JSONField(default=dict)
    shared = models.BooleanField(_("shared"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="saved_view_named_once"),)

    def __str__(self) -> str:
        return self.name
