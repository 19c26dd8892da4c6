"""Every kind of import and its checker."""

from __future__ import annotations

from terrier.office.imports.kinds.accounts import AccountChecker
from terrier.office.imports.kinds.base import Checker
from terrier.office.imports.kinds.contacts import ContactChecker
from terrier.office.imports.kinds.coverage import CoverageChecker
from terrier.office.imports.kinds.people import PeopleChecker
from terrier.office.imports.models import Kind

CHECKERS: dict[str, type[Checker]] = {
    Kind.ACCOUNTS: AccountChecker,
    Kind.CONTACTS: ContactChecker,
    Kind.PEOPLE: PeopleChecker,
    Kind.COVERAGE: CoverageChecker,
}
