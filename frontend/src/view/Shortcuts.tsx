import { useEffect, useRef } from "preact/hooks";
import { messages } from "../messages";
import { usePage } from "./context";
import { Cross } from "./icons";

/** The sheet of keys. */
export function Shortcuts() {
  const { state, update } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const texts = messages.shortcuts;
  useEffect(() => {
    if (state.help && dialog.current?.open === false) dialog.current.showModal();
    if (!state.help && dialog.current?.open === true) dialog.current.close();
  }, [state.help]);
  const close = () => {
    update({ help: false });
  };
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="shortcuts-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div class="sheet-head">
        <h2 id="shortcuts-title">{texts.title}</h2>
        <button type="button" class="icon" aria-label={messages.controls.close} onClick={close}>
          <Cross />
        </button>
      </div>
      <dl>
        {texts.list.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
