import type { Ask } from "../../../src/completion/ask.ts";
import { Completer } from "../../../src/completion/completer.ts";
import type { AskReport, RequestReport } from "../../../src/completion/reports.ts";
import type { SyntaxView } from "../../../src/completion/syntax/syntaxView.ts";
import type { Snapshot } from "../../../src/context/snapshot.ts";
import { snapshotAt } from "../../helpers/cursor.ts";
import { fakeEnd, FakeSource, textPiece } from "../../helpers/fakeSource.ts";
import { ManualClock } from "../../helpers/manualClock.ts";
import { settled } from "../../helpers/settled.ts";

/** A person, an editor that asks at every key and shows what it is given, and a far end that a test speaks for. */
export class TypingWorld {
  readonly clock = new ManualClock();
  readonly far = new FakeSource();
  readonly reports: AskReport[] = [];
  readonly ended: RequestReport[] = [];
  readonly outdated: number[] = [];
  readonly cancelledAt: number[] = [];
  readonly busy: boolean[] = [];
  readonly completer: Completer;
  maySpeculate = true;
  draftPatienceMs = 100;
  hasDrafts = false;
  /** The syntax of what is typed; none unless a test gives one. */
  syntax: SyntaxView | undefined;
  snapshot: Snapshot;
  #waiter = new AbortController();
  #shown = "";

  /** The document, with the cursor at `█`. */
  constructor(marked: string) {
    this.snapshot = snapshotAt(marked);
    this.completer = new Completer({
      source: this.far.source,
      clock: this.clock,
      draftPatienceMs: () => this.draftPatienceMs,
      hasDrafts: () => this.hasDrafts,
      maySpeculate: () => this.maySpeculate,
      syntaxOf: () => this.syntax,
    });
    this.completer.onReport((report) => this.reports.push(report));
    this.completer.onRequestEnd((report) => this.ended.push(report));
    this.completer.onOutdated(({ version }) => this.outdated.push(version));
    this.completer.onCancel(({ at }) => this.cancelledAt.push(at));
    this.completer.onBusy((isBusy) => this.busy.push(isBusy));
  }

  /** What the editor shows, as far as it was given anything for where the cursor is. */
  get shown(): string {
    return this.#shown;
  }

  /** How many requests are open at the far end, as it sees them. */
  get openRequests(): number {
    return this.far.answers.filter(({ signal }) => !signal.aborted).length;
  }

  /** The editor asks for where the cursor is. */
  ask({ isExplicit = false } = {}): Ask {
    const ask = this.completer.ask(this.snapshot, this.clock.now(), isExplicit);
    this.#waiter.abort();
    const waiter = new AbortController();
    this.#waiter = waiter;
    void ask.wait(waiter.signal).then(({ suggestion }) => {
      if (!waiter.signal.aborted) this.#shown = suggestion?.text ?? "";
    });
    return ask;
  }

  /** Types a text as one key does, with what the editor puts behind the cursor by itself. */
  async type(text: string, closed = ""): Promise<Ask> {
    const { before, after } = this.snapshot;
    return this.#become(before + text, closed + after);
  }

  async erase(chars = 1): Promise<Ask> {
    const { before, after } = this.snapshot;
    return this.#become(before.slice(0, -chars), after);
  }

  /** The far end says this for the newest request. */
  async say(...texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      this.far.last.say(textPiece(text));
      await settled();
    }
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }

  async #become(before: string, after: string): Promise<Ask> {
    const { version } = this.snapshot;
    this.snapshot = {
      ...this.snapshot,
      before,
      after,
      offset: before.length,
      version: version + 1,
    };
    this.completer.edited(this.snapshot.documentKey);
    this.#shown = "";
    const ask = this.ask();
    await settled();
    return ask;
  }
}

/** A world in which this answer has come, whole, for where the cursor is; nothing is asked ahead. */
export async function answered(marked: string, ...texts: readonly string[]): Promise<TypingWorld> {
  const world = new TypingWorld(marked);
  world.maySpeculate = false;
  world.ask();
  await world.say(...texts);
  world.far.last.say(fakeEnd);
  await settled();
  return world;
}
