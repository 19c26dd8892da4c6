"""Which position somebody means who writes its external id, its name, or the e-mail address or name of whoever holds it."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict

from django.utils.translation import gettext as _

from terrier.office.imports.cells import CellError
from terrier.office.people.models import Incumbency, Position


class Directory:
    """The positions as they are on a day. Read whole: a company has hundreds."""

    def __init__(self, on: dt.date) -> None:
        self.names: dict[int, str] = {}
        self.likely: dict[str, str] = {}
        self.by_external: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = defaultdict(set)
        self.by_email: dict[str, set[int]] = defaultdict(set)
        self.by_person: dict[str, set[int]] = defaultdict(set)
        for number, external, name in Position.objects.values_list("id", "external_id", "name"):
            self.add(number, external, name)
        held = Incumbency.objects.on(on).values_list("position_id", "person__email", "person__name")
        for number, email, name in held:
            self.by_email[email.casefold()].add(number)
            self.by_person[name.casefold()].add(number)

    def add(self, number: int, external: str | None, name: str) -> None:
        self.names[number] = name
        self.by_name[name.casefold()].add(number)
        if external:
            self.by_external[external] = number

    def find(self, asked: str) -> int:
        """Raises CellError where nobody is meant, or several could be."""
        if asked in self.by_external:
            return self.by_external[asked]
        for known in (self.by_name, self.by_email, self.by_person):
            found = known.get(asked.casefold())
            if found and len(found) == 1:
                return next(iter(found))
            if found:
                raise CellError(
                    _("“%(asked)s” could be %(n)s positions: write the external id of the one that is meant.")
                    % {"asked": asked, "n": len(found)}
                )
        meant = self._meant(asked.casefold())
        if meant:
            raise CellError(
                _(
                    "There is no position “%(asked)s”. Did you mean %(meant)s? Write its external id, its name or its"
                    " holder's e-mail."
                )
                % {"asked": asked, "meant": meant}
            )
        raise CellError(
            _("There is no position “%(asked)s”: write its external id, its name or its holder's e-mail.")
            % {"asked": asked}
        )

    def _meant(self, asked: str) -> str:
        """The names or addresses that are most like what was written; nothing where none is."""
        if asked not in self.likely:
            near = difflib.get_close_matches(asked, [*self.by_name, *self.by_email, *self.by_person], n=2)
            numbers = dict.fromkeys(
                number
                for text in near
                for known in (self.by_name, self.by_email, self.by_person)
                for number in sorted(known.get(text, ()))
            )
            self.likely[asked] = ", ".join(f"“{self.names[number]}”" for number in list(numbers)[:2])
        return self.likely[asked]
