import { useEffect, useRef } from "preact/hooks";
import type { Studio } from "../studio";
import { counted, words } from "../words";
import type { Desk } from "./desk";
import { useStudio } from "./hooks";

const NAMED = 5;

/** Somebody else was there first: who, what, and what is to become of one's own edit. */
export function Conflict({ studio, desk }: { studio: Studio; desk: Desk }) {
  useStudio(studio);
  const dialog = useRef<HTMLDialogElement>(null);
  const { conflict } = desk;
  useEffect(() => {
    if (conflict && !dialog.current?.open) dialog.current?.showModal();
  }, [conflict]);
  if (!conflict) return null;
  const { reason, edit, theirs } = conflict;
  const rest = edit.accounts.length - theirs.length;
  // What overwrites nobody is offered first; Enter chooses it.
  const mayMoveRest = edit.kind === "move" && theirs.length > 0 && rest > 0;
  const { accounts, territories } = studio;
  return (
    <dialog
      ref={dialog}
      class="sheet"
      id="studio-conflict"
      aria-labelledby="conflict-title"
      onClose={() => {
        if (desk.conflict === conflict) desk.decide("theirs");
      }}
    >
      <div class="sheet-head">
        <h2 id="conflict-title">{words("conflictTitle")}</h2>
      </div>
      <div class="sheet-body">
        <p>{reason}</p>
        {theirs.length > 0 && (
          <ul class="studio-conflict-list">
            {theirs.slice(0, NAMED).map((i) => (
              <li key={i}>
                <strong>{accounts.name(i)}</strong>
                <span class="row-sub">
                  {words("isNowWith", {
                    territory:
                      accounts.territory[i] < 0 ? words("nobody") : territories[accounts.territory[i]].name,
                  })}
                </span>
              </li>
            ))}
            {theirs.length > NAMED && <li class="text-muted">{counted("andMore", theirs.length - NAMED)}</li>}
          </ul>
        )}
      </div>
      <div class="sheet-foot">
        {edit.kind === "move" && theirs.length > 0 && (
          <button
            type="button"
            class="btn btn-quiet"
            onClick={() => {
              desk.decide("again");
            }}
          >
            {counted("moveAgain", edit.accounts.length)}
          </button>
        )}
        <button
          type="button"
          class={`btn ${mayMoveRest ? "btn-quiet" : "btn-primary"}`}
          onClick={() => {
            desk.decide("theirs");
          }}
        >
          {words("keepTheirs")}
        </button>
        {mayMoveRest && (
          <button
            type="button"
            class="btn btn-primary"
            onClick={() => {
              desk.decide("rest");
            }}
          >
            {counted("moveRest", rest)}
          </button>
        )}
      </div>
    </dialog>
  );
}
