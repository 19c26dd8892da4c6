"""What the map studio's script says, in the reader's language: put into its page as JSON under these keys.

A key with ``One`` at its end is the text for a single thing; ``{n}`` and the like are filled in by the script.
"""

from __future__ import annotations

from django.utils.translation import gettext as _


def studio_texts() -> dict[str, str]:
    return {**_map(), **_deeds(), **_figures(), **_warnings(), **_remarks(), **_saving()}


def _map() -> dict[str, str]:
    return {
        "map": _("Map"),
        "mapLabel": _("Map of the plan. Arrow keys move it, Enter does what the tool does in its middle."),
        "tools": _("Tools of the map"),
        "toolsChoose": _("Choose accounts"),
        "toolsHow": _("Choose more"),
        "toolsShow": _("Show"),
        "toolsZoom": _("Zoom"),
        "toolSelect": _("Choose single accounts"),
        "toolRectangle": _("Choose by a rectangle"),
        "toolLasso": _("Choose by a lasso"),
        "toolArea": _("Choose an area"),
        "areaKinds": _("Kind of area"),
        "area.county": _("County"),
        "area.zip": _("ZIP code"),
        "area.hexagon": _("Hexagon"),
        "area.polygon": _("Own area"),
        "toolTerritory": _("Choose a territory"),
        "toolRemark": _("Remark at a place"),
        "howAdd": _("Add to what is chosen"),
        "howRemove": _("Take out of what is chosen"),
        "chooseInView": _("Choose what is in view"),
        "compare": _("Before and now side by side"),
        "onlyMoved": _("Show only what moved"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "zoomAll": _("Show everything"),
        "before": _("Before"),
        "now": _("Now"),
        "swipe": _("Where before ends and now begins, in percent"),
        "areaChosen": _("{area}: {n} accounts chosen"),
        "areaChosenOne": _("{area}: 1 account chosen"),
        "areaEmpty": _("{area} has no accounts of this plan."),
        "noArea": _("There is no such area here."),
        "noTerritoryThere": _("No territory has land here."),
        "nobody": _("Nobody"),
        "locked": _("Locked"),
        "islandPin": _("{territory}: {n} accounts cut off"),
        "islandPinOne": _("{territory}: 1 account cut off"),
        "remarkPin": _("Remark by {who}: {text}"),
        "shortcuts": _("Keyboard shortcuts"),
        "keyAdd": _("held while choosing: add"),
        "keyRemove": _("held while choosing: take out"),
        "keyEnter": _("on the map: choose what is in its middle"),
        "keyZoom": _("Zoom in, out, show everything"),
        "keyPan": _("on the map: move it"),
        "close": _("Close"),
    }


def _deeds() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "redo": _("Redo"),
        "nothingToUndo": _("Nothing to undo."),
        "nothingToRedo": _("Nothing to redo."),
        "undone": _("Undone: {n} accounts are as they were."),
        "undoneOne": _("Undone: 1 account is as it was."),
        "redone": _("Done again: {n} accounts."),
        "redoneOne": _("Done again: 1 account."),
        "moveTo": _("Move to…"),
        "moveWhere": _("Move {n} accounts to…"),
        "moveWhereOne": _("Move 1 account to…"),
        "moveHere": _("Move what is chosen to {territory}"),
        "moved": _("{n} accounts moved to {territory}."),
        "movedOne": _("1 account moved to {territory}."),
        "stayed": _("{n} locked ones stayed."),
        "stayedOne": _("1 locked one stayed."),
        "thereAlready": _("All of them are in {territory} already."),
        "noTerritory": _("No territory fits “{query}”."),
        "nobodyNote": _("Out of every territory"),
        "lock": _("Lock"),
        "unlock": _("Unlock"),
        "lockedNow": _("{n} accounts locked."),
        "lockedNowOne": _("1 account locked."),
        "unlockedNow": _("{n} accounts unlocked."),
        "unlockedNowOne": _("1 account unlocked."),
        "lockTerritory": _("Lock the territory"),
        "unlockTerritory": _("Unlock the territory"),
        "territoryLocked": _("Locked: no account leaves it, none comes."),
        "territoryLockedNow": _("{territory} is locked: no account leaves it, none comes."),
        "territoryUnlockedNow": _("{territory} is no longer locked."),
        "chooseTerritory": _("Choose its accounts"),
        "clear": _("Choose nothing"),
        "selection": _("Chosen accounts"),
        "accountsChosen": _("{n} accounts"),
        "accountsChosenOne": _("1 account"),
        "heldBy": _("{territory}: {n}"),
        "andOthers": _("and {n} more territories"),
        "andOthersOne": _("and 1 more territory"),
        "lockedOnes": _("{n} locked"),
        "lockedOnesOne": _("1 locked"),
        "filters": _("Filter accounts"),
        "searchAccounts": _("Search accounts"),
        "class": _("Class"),
        "everyClass": _("All classes"),
        "noClass": _("Without class"),
        "channel": _("Channel"),
        "everyChannel": _("All channels"),
        "state": _("State"),
        "held.all": _("All accounts"),
        "held.moved": _("Moved"),
        "held.nobody": _("Held by nobody"),
        "held.locked": _("Locked"),
        "chooseShown": _("Choose all {n} shown"),
        "chooseShownOne": _("Choose the one shown"),
        "showAll": _("Show all"),
        "show": _("Show"),
        "cancel": _("Cancel"),
    }


def _figures() -> dict[str, str]:
    return {
        "figures": _("Figures"),
        "territories": _("Territories"),
        "territory": _("Territory"),
        "vacant": _("Vacant"),
        "measure.sales": _("Sales"),
        "measure.potential": _("Potential"),
        "measure.workload": _("Workload"),
        "measure.accounts": _("Accounts"),
        "measure.pay": _("Expected pay"),
        "deviationOf": _("{measure}: deviation from the fair share"),
        "columnAccounts": _("Accounts"),
        "columnDistance": _("km"),
        "columnDistanceLong": _(
            "Compactness: mean distance of the accounts from the home base, in kilometers; the plan's page tells it to the territory's middle"
        ),
        "distance": _("To the home base"),
        "ofCapacity": _("with calls {share} of capacity"),
        "columnTravel": _("Travel, h"),
        "columnTravelLong": _("Travel a year, estimated, in hours"),
        "estimated": _(
            "After a move, travel and workload are reckoned on from what they were; the plan's page reckons the tours anew."
        ),
        "columnPay": _("Pay"),
        "columnPayLong": _("Expected pay a year"),
        "columnMoved": _("Moved"),
        "columnMovedLong": _("Accounts gained and lost"),
        "utilization": _("Calls and travel take {share} of the capacity"),
        "wasBefore": _("before {figure}"),
        "againstBefore": _("{change} against before"),
        "planAsAWhole": _("The plan as a whole"),
        "worst": _("{measure}, largest deviation"),
        "movedShare": _("Moved"),
        "movedAccounts": _("{n} accounts, {sales} of sales"),
        "movedAccountsOne": _("1 account, {sales} of sales"),
        "travel": _("Travel a year"),
        "unheld": _("Held by nobody"),
        "hours": _("{n} h"),
    }


def _warnings() -> dict[str, str]:
    return {
        "warnings": _("Warnings"),
        "noWarnings": _("Nothing to warn of"),
        "noWarningsNote": _("Every territory is within tolerance and in one piece."),
        "warningsHere": _("Counted here is what the map shows: balance, work, and what is cut off."),
        "warningsThere": _("Distances, white space, pay and key accounts: warnings of the plan"),
        "warn.large": _("{territory} is too large"),
        "warn.small": _("{territory} is too small"),
        "warn.capacity": _("{territory} is more than one person can do"),
        "warn.empty": _("{territory} has no accounts"),
        "warnLargeNote": _("{measure} {load}: {share} above its share; {tolerance} is tolerated."),
        "warnSmallNote": _("{measure} {load}: {share} below its share; {tolerance} is tolerated."),
        "warnCapacityNote": _("Calls and travel take {share} of the selling hours."),
        "warnEmptyNote": _("Somebody holds it, and has nothing to do."),
        "warnUnheld": _("Nobody holds {n} accounts"),
        "warnUnheldOne": _("Nobody holds 1 account"),
        "warnUnheldNote": _("They are in no territory of this plan."),
        "warnIsland": _("{territory} is broken: {n} accounts are cut off"),
        "warnIslandOne": _("{territory} is broken: 1 account is cut off"),
        "warnIslandNote": _("They lie beside {beside}. Repair moves them there."),
        "warnIslandAlone": _("No other territory lies beside them."),
        "repair": _("Repair"),
    }


def _remarks() -> dict[str, str]:
    return {
        "remarks": _("Remarks"),
        "noRemarks": _("No remarks yet"),
        "noRemarksNote": _("Choose the tool for remarks, then a place on the map."),
        "remarkHere": _("What do you have to say about this place?"),
        "remarkFailed": _("The remark was not kept. Try again."),
        "answer": _("Answer"),
        "send": _("Send"),
        "settle": _("Settle"),
        "settled": _("settled"),
        "reopen": _("Open again"),
        "showSettled": _("Show the settled ones ({n})"),
    }


def _saving() -> dict[str, str]:
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "offline": _("Not saved yet: {n} changes wait for the connection"),
        "offlineOne": _("Not saved yet: 1 change waits for the connection"),
        "offlineNow": _("No connection. Your changes are kept here and saved as soon as it is back."),
        "gone": _("Not saved: sign in again in another tab, then change something here"),
        "goneOne": _("Not saved: sign in again in another tab, then change something here"),
        "readOnly": _("Approved: to look at, not to change"),
        "somebody": _("Somebody"),
        "othersMoved": _("{who} changed {n} accounts just now."),
        "othersMovedOne": _("{who} changed 1 account just now."),
        "conflictTitle": _("Somebody else was there first"),
        "isNowWith": _("is now in {territory}"),
        "andMore": _("and {n} more"),
        "andMoreOne": _("and 1 more"),
        "keepTheirs": _("Leave it so"),
        "moveRest": _("Move the other {n}"),
        "moveRestOne": _("Move the other one"),
        "moveAgain": _("Move all {n} as I wanted"),
        "moveAgainOne": _("Move it as I wanted"),
    }
