"""What the script says, in the reader's language: put into each page as JSON under these keys."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "retry": _("Try again"),
        "dismiss": _("Dismiss"),
        "confirm": _("Yes, do it"),
        "confirmTitle": _("Are you sure?"),
        "offline": _("No connection. Nothing was lost: try again when you are back online."),
        "backOnline": _("Back online."),
        "timeout": _("This takes longer than it should. Try again."),
        "notFound": _("This is no longer there, or not yours to see."),
        "forbidden": _("The page was open for too long. Reload it and try again."),
        "tooMany": _("Too many requests at once. Wait a moment, then try again."),
        "tooLarge": _("This file is too large."),
        "serverError": _("Something went wrong on our side. Nothing was changed; try again."),
        "requestError": _("This did not work. Nothing was changed."),
        "loaded": _("{title}: page loaded"),
        "recent": _("Recent"),
        "actions": _("Actions"),
        "nothingFound": _("Nothing found for “{query}”."),
        "found": _("{count} found"),
        "selected": _("{count} selected"),
        "noMatch": _("Nothing matches."),
        "copied": _("Copied."),
        "copyByHand": _("The browser did not allow it. The text is marked: copy it by hand."),
        "passkeyRefused": _("The passkey was not used: the device refused or took too long. Try again."),
        "unsaved": _("What you changed on this page is not saved. Leave anyway?"),
        "leave": _("Leave"),
    }
