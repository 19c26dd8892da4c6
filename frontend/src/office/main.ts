import "./styles/app.css";
import { keepCharts } from "./charts/keep-charts";
import { combine } from "./combobox/combobox";
import { keepDialogs } from "./overlay/dialogs";
import { keepMenus } from "./overlay/menus";
import { askBefore } from "./overlay/confirm";
import { keepHeadCounts } from "./headcount/keep-head-counts";
import { keepForms } from "./forms/forms";
import { noticeTyping } from "./forms/unsaved";
import { tellHere } from "./forms/here";
import { listenToKeys } from "./keys/listen";
import { nameModKey } from "./keys/mod-key";
import { keepFocus } from "./net/focus";
import { keepLoadingBar } from "./net/loading-bar";
import { keepErrors } from "./net/errors";
import { keepNewestPage } from "./net/newest-page";
import { keepOrgChart } from "./org/org-chart";
import { keepCopies } from "./copy/copy";
import { tellOfPasskeys } from "./passkeys/tell";
import { keepMaps } from "./map/keep-maps";
import { keepPalette } from "./palette/palette";
import { keepPreferences } from "./preferences/preferences";
import { keepStudio } from "./studio/keep-studio";
import { keepSelection } from "./table/selection";
import { keepPickers } from "./picker/keep-pickers";
import { showHere } from "./tabs/show-here";
import { takeMessages } from "./toast/take-messages";
import { climbTrees } from "./tree/tree";

// Everything listens on the document, so nothing needs to be wired again when htmx brings in new parts of a page.
keepDialogs();
combine(); // before the menus: arrows in a list of choices that stands in a menu are the list's
keepMenus();
askBefore();
keepForms();
noticeTyping();
tellHere();
listenToKeys();
keepFocus();
keepLoadingBar();
keepErrors();
keepNewestPage(); // after the errors: an error page of an earlier click is no page to show either
keepPalette();
keepPreferences();
keepSelection();
climbTrees();
keepOrgChart();
keepCopies();
tellOfPasskeys();
keepMaps();
keepHeadCounts();
keepStudio();
keepCharts();
keepPickers();
for (const settle of [nameModKey, takeMessages, showHere]) {
  settle();
  document.addEventListener("htmx:afterSettle", settle);
}
