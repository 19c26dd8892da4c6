"""The first people of an office: whoever runs the machine admits them by command, since nobody is there to invite them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.people.invitations import invite
from terrier.office.people.models import Incumbency, Person, Position, Role
from terrier.office.people.org import hand_over
from terrier.office.people.positions import create_position
from terrier.office.people.services import create_person

COMMAND = Author(None, Via.COMMAND)


@transaction.atomic
def admit(*, email: str, name: str, role: str) -> tuple[Person, str]:
    """Add somebody with a position of a role, unless both are there, and invite them: the person and the link."""
    if role not in Role.values:
        raise RefusedError(
            _("There is no role “%(role)s”. Known are %(known)s.")
            % {"role": role, "known": ", ".join(Role.values)}
        )
    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        if not name.strip():
            raise RefusedError(_("%(email)s is not here yet: give a name as well.") % {"email": email})
        person, _act = create_person(values={"email": email.strip(), "name": name.strip()}, author=COMMAND)
    today = timezone.localdate()
    if not Incumbency.objects.on(today).filter(person=person, position__role=role).exists():
        hand_over(position=_chair(role), person=person, starts_on=today, author=COMMAND)
    return person, invite(person=person, author=COMMAND)


def _chair(role: str) -> Position:
    """A vacant position of a role that is open today, or a new one."""
    today = timezone.localdate()
    vacant = (
        Position.objects.filter(role=role, opens_on__lte=today, closes_on=None)
        .exclude(pk__in=Incumbency.objects.exclude(ends_on__lte=today).values("position"))
        .order_by("pk")
        .first()
    )
    if vacant is not None:
        return vacant
    made, _act = create_position(
        values={"name": str(Role(role).label), "role": role, "opens_on": today}, author=COMMAND
    )
    return made
