import { TOOLS, type How, type Tool } from "../map/tools";
import { words } from "../words";
import { Icon } from "./Icon";

interface Props {
  tool: Tool;
  use: (tool: Tool) => void;
  /** A tool's key was pressed: arrows and Enter are to mean the map. */
  goToMap: () => void;
  how: How;
  setHow: (how: How) => void;
  comparing: boolean;
  compare: () => void;
  onlyMoved: boolean;
  showOnlyMoved: (only: boolean) => void;
  zoomBy: (steps: number) => void;
  showAll: () => void;
  chooseInView: () => void;
}

/** The tools of the map; each has a key, which its button names. */
export function Toolbar(props: Props) {
  const { tool, use, how, setHow } = props;
  return (
    <div class="studio-tools" role="toolbar" aria-label={words("tools")}>
      <div class="studio-tool-group" role="group" aria-label={words("toolsChoose")}>
        {TOOLS.map((one) => (
          <Button
            key={one.tool}
            icon={one.icon}
            text={words(one.text)}
            shortcut={one.key}
            pressed={tool === one.tool}
            press={(byKey) => {
              use(one.tool);
              if (byKey) props.goToMap();
            }}
          />
        ))}
      </div>
      <div class="studio-tool-group" role="group" aria-label={words("toolsHow")}>
        <Button
          icon="square-plus"
          text={words("howAdd")}
          shortcut="d"
          pressed={how === "add"}
          press={() => {
            setHow(how === "add" ? "only" : "add");
          }}
        />
        <Button
          icon="square-minus"
          text={words("howRemove")}
          shortcut="e"
          pressed={how === "remove"}
          press={() => {
            setHow(how === "remove" ? "only" : "remove");
          }}
        />
        <Button icon="scan" text={words("chooseInView")} shortcut="v" press={props.chooseInView} />
      </div>
      <div class="studio-tool-group" role="group" aria-label={words("toolsShow")}>
        <Button
          icon="columns-2"
          text={words("compare")}
          shortcut="b"
          pressed={props.comparing}
          press={props.compare}
        />
        <Button
          icon="arrow-left-right"
          text={words("onlyMoved")}
          shortcut="i"
          pressed={props.onlyMoved}
          press={() => {
            props.showOnlyMoved(!props.onlyMoved);
          }}
        />
      </div>
      <div class="studio-tool-group" role="group" aria-label={words("toolsZoom")}>
        <Button
          icon="zoom-in"
          text={words("zoomIn")}
          shortcut="+"
          press={() => {
            props.zoomBy(1);
          }}
        />
        <Button
          icon="zoom-out"
          text={words("zoomOut")}
          shortcut="-"
          press={() => {
            props.zoomBy(-1);
          }}
        />
        <Button icon="globe" text={words("zoomAll")} shortcut="0" press={props.showAll} />
      </div>
    </div>
  );
}

interface ButtonProps {
  icon: string;
  text: string;
  shortcut: string;
  pressed?: boolean;
  press: (byKey: boolean) => void;
}

function Button({ icon, text, shortcut, pressed, press }: ButtonProps) {
  return (
    <button
      type="button"
      class="studio-tool"
      aria-label={text}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      title={`${text} (${shortcut})`}
      data-key={shortcut}
      onClick={(event) => {
        press(event.detail === 0 && document.activeElement !== event.currentTarget);
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
