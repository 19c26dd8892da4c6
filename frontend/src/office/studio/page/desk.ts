import { announce } from "../../text/announce";
import { toast } from "../../toast/toast";
import { positionOf } from "../core/accounts";
import type { Edit } from "../core/edits";
import type { Remark } from "../core/header";
import { placesOf } from "../core/opened";
import {
  Sync,
  type Answer,
  type Conflict,
  type News,
  type Refused,
  type Saved,
  type Sent,
  type SyncState,
} from "../core/sync";
import { doneBefore, undoneBefore, type KeptStep, type WayBack } from "../core/way-back";
import type { Spot } from "../map/studio-map";
import type { AreaKind } from "../map/tools";
import type { Studio } from "../studio";
import { counted, words } from "../words";

/** Where the studio's page writes to and reads from. */
export interface Addresses {
  plan: string;
  news: string;
  steps: string;
  area: string;
  edits: string;
  remarks: string;
}

const ASK_EVERY_MS = 4000;
const TRY_AGAIN_MS = 5000;

/** Connects a studio with the server: keeps edits, asks what others did, remarks. */
export class Desk {
  readonly sync: Sync;
  state: SyncState = "saved";
  waiting = 0;
  conflict: Conflict | null = null;
  private timer = 0;
  private again = 0;
  private closed = false;
  /** The version of the oldest step that is known here. */
  private oldest = Infinity;

  constructor(
    readonly studio: Studio,
    private readonly addresses: Addresses,
    wayBack: WayBack,
  ) {
    const places = placesOf(studio.territories);
    this.sync = new Sync(studio.accounts, studio.territories, studio.header.plan.version, {
      send: (sent) => this.send(sent),
      take: (edit) => {
        studio.take(edit);
      },
      perform: (edit) => {
        studio.take(edit);
        studio.shaping.history.add(edit);
      },
      lockTerritories: (numbers) => {
        studio.takeLocks(numbers.flatMap((id) => places.get(id) ?? []));
      },
      refused: (conflict) => {
        this.conflict = conflict;
        studio.tell();
      },
      forget: (accounts) => {
        studio.shaping.history.forget(accounts);
      },
      dropped: (edit) => {
        studio.shaping.history.drop(edit);
      },
      state: (state, waiting) => {
        this.tellState(state, waiting);
      },
      reload: () => {
        this.closed = true;
        location.reload();
      },
    });
    this.begin(wayBack);
    studio.onEdit = (edit, undoes) => {
      this.sync.add(edit, undoes);
    };
    addEventListener("online", this.retry);
    addEventListener("beforeunload", this.hold);
    document.addEventListener("visibilitychange", this.ask);
    this.askLater();
  }

  /** Who is in the area of a kind at a point; null where there is none, or no answer. */
  async areaAt(kind: AreaKind, spot: Spot): Promise<{ name: string; accounts: number[] } | null> {
    const { accounts } = this.studio;
    const asked = new URLSearchParams({
      kind,
      longitude: String(spot.longitude),
      latitude: String(spot.latitude),
      resolution: String(spot.resolution),
      ...(spot.account === null ? {} : { account: String(accounts.id[spot.account]) }),
    });
    const answer = await fetch(`${this.addresses.area}?${asked}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return null;
    const found = (await answer.json()) as { name: string; accounts: number[] } | null;
    if (found === null) return null;
    const positions = found.accounts.map((number) => positionOf(accounts, number));
    return { name: found.name, accounts: positions.filter((at) => at >= 0) };
  }

  /** Takes back what one did last, be it before the page was opened. */
  async undo(): Promise<Edit | null> {
    const { history } = this.studio.shaping;
    if (!history.canUndo && history.more) {
      const answer = await fetch(`${this.addresses.steps}?below=${this.oldest}`).catch(() => null);
      if (answer?.ok && !answer.redirected) this.begin((await answer.json()) as WayBack);
    }
    return this.studio.undo();
  }

  /** What is undone already lies on the stack of the first answer: of older ones only what was done counts. */
  private begin(wayBack: WayBack): void {
    const { shaping, header } = this.studio;
    const places = placesOf(this.studio.territories);
    const isFirst = this.oldest === Infinity;
    const known = ({ version }: KeptStep): boolean => version <= header.plan.version;
    const told = { ...wayBack, done: wayBack.done.filter(known), undone: wayBack.undone.filter(known) };
    shaping.history.begin(
      doneBefore(shaping, places, told),
      isFirst ? undoneBefore(shaping, places, told) : [],
    );
    shaping.history.more = wayBack.more;
    this.oldest = wayBack.done.at(-1)?.version ?? 0;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.again);
    removeEventListener("online", this.retry);
    removeEventListener("beforeunload", this.hold);
    document.removeEventListener("visibilitychange", this.ask);
  }

  /** Closes the note of a conflict: what others did stays, or the rest of one's own goes on, or all of it again. */
  decide(how: "theirs" | "rest" | "again"): void {
    const { conflict, studio } = this;
    this.conflict = null;
    studio.tell();
    if (conflict === null || how === "theirs") return;
    const { edit, theirs } = conflict;
    const taken = new Set(how === "rest" ? theirs : []);
    const groups = new Map<number, number[]>();
    edit.accounts.forEach((account, at) => {
      if (taken.has(account)) return;
      const list = groups.get(edit.territory.to[at]) ?? [];
      groups.set(edit.territory.to[at], list);
      list.push(account);
    });
    for (const [to, accounts] of groups) studio.move(Uint32Array.from(accounts), to);
  }

  async remark(
    text: string,
    where: Partial<Pick<Remark, "longitude" | "latitude">> & { parent?: number },
  ): Promise<boolean> {
    return this.remarked(await this.post(this.addresses.remarks, { text, ...where }));
  }

  async settle(id: number, settled: boolean): Promise<void> {
    await this.remarked(await this.post(`${this.addresses.remarks}/${id}${settled ? "" : "?open=yes"}`, {}));
  }

  readonly retry = (): void => {
    clearTimeout(this.again);
    void this.sync.run();
  };

  private async remarked(answer: Response | null): Promise<boolean> {
    if (!answer?.ok) {
      const told =
        answer?.status === 409 ? ((await answer.json()) as { reason: string }).reason : words("remarkFailed");
      toast(told, { wrong: true });
      return false;
    }
    this.hearRemarks((await answer.json()) as Remarks);
    return true;
  }

  private hearRemarks({ remarks, remarks_stamp }: Remarks): void {
    const { header } = this.studio;
    header.remarks_stamp = remarks_stamp;
    if (!remarks) return;
    header.remarks = remarks;
    this.studio.tell();
  }

  private tellState(state: SyncState, waiting: number): void {
    if (state === "offline" && this.state !== "offline") toast(words("offlineNow"), { wrong: true });
    if (state === "offline") this.again = window.setTimeout(this.retry, TRY_AGAIN_MS);
    this.state = state;
    this.waiting = waiting;
    this.studio.tell();
  }

  private async send(sent: Sent): Promise<Answer> {
    const answer = await this.post(this.addresses.edits, sent);
    if (answer === null || answer.status >= 500 || answer.status === 429) return { failed: "offline" };
    if (answer.redirected || [401, 403, 404].includes(answer.status)) return { failed: "gone" };
    if (answer.ok) return { saved: (await answer.json()) as Saved };
    const refused = (await answer.json()) as Partial<Refused> & { reason: string };
    const none: News = { version: this.sync.version, rows: [], people: [], locked: [] };
    return { refused: { ...none, accounts: [], ...refused } };
  }

  private async post(address: string, body: unknown): Promise<Response | null> {
    const token = (
      JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Partial<Record<string, string>>
    )["X-CSRFToken"];
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token ?? "" };
    try {
      return await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    } catch {
      return null;
    }
  }

  private askLater(): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = window.setTimeout(this.ask, ASK_EVERY_MS);
  }

  /** Asks for news, unless nobody looks or an edit is on its way: its answer brings the news along. */
  private readonly ask = (): void => {
    if (document.hidden || this.state === "saving" || this.closed) {
      this.askLater();
      return;
    }
    void this.askNow().finally(() => {
      this.askLater();
    });
  };

  private async askNow(): Promise<void> {
    const { version } = this.sync;
    const stamp = encodeURIComponent(this.studio.header.remarks_stamp);
    const answer = await fetch(`${this.addresses.news}?seen=${version}&remarks=${stamp}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const news = (await answer.json()) as News & Remarks & { open: boolean };
    if (this.sync.version !== version || this.sync.waiting > 0) return; // an edit was quicker: it has brought the news
    this.hearRemarks(news);
    this.studio.header.plan.open = news.open;
    this.sync.hear(news);
    if (news.rows.length === 0) return;
    const told = counted("othersMoved", news.rows.length, {
      who: news.people.join(", ") || words("somebody"),
    });
    toast(told);
    announce(told);
  }

  private readonly hold = (event: BeforeUnloadEvent): void => {
    if (this.sync.waiting > 0) event.preventDefault();
  };
}

interface Remarks {
  remarks?: Remark[];
  remarks_stamp: string;
}
