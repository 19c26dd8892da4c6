import { useEffect, useRef } from "preact/hooks";
import { TOOLS } from "../map/tools";
import { words } from "../words";
import { Icon } from "./Icon";

/** Every key of the studio. */
export function Shortcuts({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const keys: [string, string][] = [
    ...TOOLS.map(({ key, text }): [string, string] => [key, words(text)]),
    ["Shift", words("keyAdd")],
    ["Alt", words("keyRemove")],
    ["Enter", words("keyEnter")],
    ["d", words("howAdd")],
    ["e", words("howRemove")],
    ["v", words("chooseInView")],
    ["Esc", words("clear")],
    ["m", words("moveTo")],
    ["Shift K", words("lock")],
    ["Shift U", words("unlock")],
    ["Shift T", words("lockTerritory")],
    ["Ctrl Z", words("undo")],
    ["Ctrl Shift Z", words("redo")],
    ["b", words("compare")],
    ["i", words("onlyMoved")],
    ["+  −  0", words("keyZoom")],
    ["← ↑ ↓ →", words("keyPan")],
    ["/", words("searchAccounts")],
    ["?", words("shortcuts")],
  ];
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="studio-keys-title" onClose={close}>
      <div class="sheet-head">
        <h2 id="studio-keys-title">{words("shortcuts")}</h2>
        <button
          type="button"
          class="btn btn-ghost btn-square btn-sm"
          aria-label={words("close")}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="x" />
        </button>
      </div>
      <div class="sheet-body">
        <dl class="studio-keys">
          {keys.map(([key, text]) => (
            <div key={key}>
              <dt>
                <kbd class="kbd kbd-sm">{key}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
