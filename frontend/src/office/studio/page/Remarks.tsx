import { useState } from "preact/hooks";
import type { Remark } from "../core/header";
import type { Studio } from "../studio";
import { words } from "../words";
import type { Desk } from "./desk";
import { when } from "./format";
import { useStudio } from "./hooks";
import { Icon } from "./Icon";

interface Props {
  studio: Studio;
  desk: Desk;
  /** Where a new remark is to stand; null while none is being written. */
  place: { longitude: number; latitude: number } | null;
  done: () => void;
  showPlace: (longitude: number, latitude: number) => void;
}

/** What people say about places of the plan. */
export function Remarks({ studio, desk, place, done, showPlace }: Props) {
  useStudio(studio);
  const [settledToo, setSettledToo] = useState(false);
  const all = studio.header.remarks;
  const shown = all.filter(({ settled }) => settledToo || !settled);
  const nSettled = all.filter(({ settled }) => settled).length;
  return (
    <div class="studio-remarks">
      {place && (
        <Writing
          label={words("remarkHere")}
          submit={async (text) => {
            const kept = await desk.remark(text, place);
            if (kept) done();
            return kept;
          }}
          cancel={done}
        />
      )}
      {shown.length === 0 && !place && (
        <div class="studio-empty">
          <Icon name="message-square" />
          <strong>{words("noRemarks")}</strong>
          <span>{words("noRemarksNote")}</span>
        </div>
      )}
      <ul class="studio-list">
        {shown.map((remark) => (
          <Said key={remark.id} remark={remark} desk={desk} showPlace={showPlace} />
        ))}
      </ul>
      {nSettled > 0 && (
        <label class="studio-check">
          <input
            type="checkbox"
            class="checkbox checkbox-sm checkbox-primary"
            checked={settledToo}
            onChange={(event) => {
              setSettledToo(event.currentTarget.checked);
            }}
          />
          {words("showSettled", { n: nSettled })}
        </label>
      )}
    </div>
  );
}

function Said({ remark, desk, showPlace }: { remark: Remark; desk: Desk; showPlace: Props["showPlace"] }) {
  const [answering, setAnswering] = useState(false);
  const { longitude, latitude } = remark;
  return (
    <li class={remark.settled ? "is-settled" : ""} id={`remark-${remark.id}`}>
      <div class="min-w-0 grow">
        <p class="remark-text">{remark.text}</p>
        <span class="row-sub">
          {[remark.who, when(remark.at), remark.settled ? words("settled") : ""].filter(Boolean).join(" · ")}
        </span>
        {remark.answers.map((answer) => (
          <div class="remark-answer" key={answer.at}>
            <p class="remark-text">{answer.text}</p>
            <span class="row-sub">{`${answer.who} · ${when(answer.at)}`}</span>
          </div>
        ))}
        {answering ? (
          <Writing
            label={words("answer")}
            submit={async (text) => {
              const kept = await desk.remark(text, { parent: remark.id });
              if (kept) setAnswering(false);
              return kept;
            }}
            cancel={() => {
              setAnswering(false);
            }}
          />
        ) : (
          <span class="studio-list-deeds">
            {longitude !== null && latitude !== null && (
              <button
                type="button"
                class="btn btn-quiet btn-sm"
                onClick={() => {
                  showPlace(longitude, latitude);
                }}
              >
                {words("show")}
              </button>
            )}
            <button
              type="button"
              class="btn btn-quiet btn-sm"
              onClick={() => {
                setAnswering(true);
              }}
            >
              {words("answer")}
            </button>
            <button
              type="button"
              class="btn btn-ghost btn-sm"
              onClick={() => {
                void desk.settle(remark.id, !remark.settled);
              }}
            >
              {words(remark.settled ? "reopen" : "settle")}
            </button>
          </span>
        )}
      </div>
    </li>
  );
}

interface WritingProps {
  label: string;
  submit: (text: string) => Promise<boolean>;
  cancel: () => void;
}

function Writing({ label, submit, cancel }: WritingProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    await submit(text);
    setBusy(false);
  };
  return (
    <form
      class="studio-writing"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        // It ends the writing only: what is chosen on the map stays so.
        event.preventDefault();
        event.stopPropagation();
        cancel();
      }}
    >
      <textarea
        class="textarea"
        aria-label={label}
        placeholder={label}
        maxLength={2000}
        rows={3}
        value={text}
        ref={(element) => {
          if (element && text === "") element.focus({ preventScroll: true });
        }}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit();
        }}
      />
      <span class="studio-list-deeds">
        <button type="submit" class="btn btn-primary btn-sm" disabled={busy || text.trim() === ""}>
          {words("send")}
        </button>
        <button type="button" class="btn btn-ghost btn-sm" onClick={cancel}>
          {words("cancel")}
        </button>
      </span>
    </form>
  );
}
