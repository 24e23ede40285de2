import type { Disposable } from "../base/disposable.ts";
import type { Failure } from "../base/failure.ts";
import { assemble } from "../context/assemble.ts";
import { type DocumentState, isSameState, type Snapshot, stateOf } from "../context/snapshot.ts";
import type { CompletionAsk } from "../wire/messages.ts";
import type { Answer } from "./answer.ts";
import { Ask, type CancelReason } from "./ask.ts";
import { type Asked, AskTimes, numbered, ownRequest } from "./askTimes.ts";
import { conclude } from "./concluded.ts";
import type { DocumentCompleterParts } from "./documentParts.ts";
import { Extending } from "./extending.ts";
import { lineBefore } from "./extent.ts";
import { InFlight } from "./inFlight.ts";
import { isOutdated, KnownAnswers, type Match } from "./knownAnswers.ts";
import { isDraftAlone, type Offer, Offers } from "./offers.ts";
import { draftLeftMs, wordLeftMs } from "./patience.ts";
import { RunningRequest } from "./request.ts";
import { Speculations } from "./speculations.ts";
import type { SyntaxView } from "./syntax/syntaxView.ts";
import {
  type AskResult,
  type ResultSource,
  type Suggestion,
  isCorrection,
  isExtension,
  isSameText,
} from "./suggestion.ts";

/** The next request starts when less than this is known ahead of the cursor, in UTF-16 units. */
const speculateBelowChars = 40;
/** How long the text may be without an ask before what is in flight is given up. */
const unaskedMs = 100;

/** What was found where nothing can be shown. */
type Lack = Pick<Offer, "reason"> & { readonly matches: readonly Match[]; readonly now: number };

/**
 * Completions of one document: looks at what is known before it asks, keeps what is in flight while it still
 * fits the text, and asks ahead. Ends with `dispose`.
 */
export class DocumentCompleter implements Disposable {
  readonly #parts: DocumentCompleterParts;
  readonly #known = new KnownAnswers();
  readonly #offers = new Offers();
  readonly #inFlight: InFlight;
  readonly #extending: Extending;
  readonly #speculations = new Speculations();
  readonly #times: AskTimes;
  #ask: Ask | undefined;
  /** The request that was made for the ask; undefined while it lives on what was known. */
  #asked: Asked;
  #lastOffset = 0;
  #syntax: SyntaxView | undefined;
  #askTimer: Disposable | undefined;
  #stepTimer: Disposable | undefined;
  #idleTimer: Disposable | undefined;

  constructor(parts: DocumentCompleterParts) {
    this.#parts = parts;
    this.#times = new AskTimes(parts.clock);
    this.#extending = new Extending(parts.clock, () => {
      this.#step();
      if (this.#ask?.isOutdated) parts.onOutdated(this.#ask.snapshot);
    });
    this.#inFlight = new InFlight({
      clock: parts.clock,
      lingerMs: () => parts.pace.nextKeyMs,
      onGivenUp: parts.onGivenUp,
    });
  }

  /** A new ask, in the place of the older. */
  ask(snapshot: Snapshot, startedAt: number, isExplicit: boolean): Ask {
    this.#endAsk("typed on");
    const ask = new Ask({
      number: this.#parts.nextNumber(),
      snapshot,
      startedAt,
      isExplicit,
      onLeft: () => {
        if (ask === this.#ask) this.#cancelUnlessAsked("the editor let it go");
      },
      onTaken: (suggestion) => {
        if (ask !== this.#ask) return;
        this.#idleTimer?.dispose(); // somebody else has come for it
        const isNew = this.#offers.taken(snapshot, suggestion, this.#parts.clock.now());
        this.#extending.taken();
        this.#parts.onTaken(ask, isNew);
      },
      onCancel: (reason) => {
        if (ask === this.#ask) this.cancel(reason);
      },
    });
    this.#ask = ask;
    this.#idleTimer?.dispose();
    this.#syntax = this.#parts.syntaxOf(snapshot.languageId);
    this.#times.begin(this.#step);
    this.#lastOffset = snapshot.offset;
    return ask;
  }

  /** The ask for exactly this state, unless it was given up or has failed. */
  find(state: DocumentState): Ask | undefined {
    const ask = this.#ask;
    if (this.#extending.hasMore) this.#step();
    return ask && isSameState(ask.snapshot, state) && !ask.isSpent ? ask : undefined;
  }

  /** The state that somebody waits for a first text at. */
  get awaited(): DocumentState | undefined {
    const ask = this.#ask;
    return ask?.isAwaited && !ask.latest ? stateOf(ask.snapshot) : undefined;
  }

  /** What else could be shown at this state, the best first. */
  alternatives(snapshot: Snapshot, best: Suggestion): readonly Suggestion[] {
    return this.#offers.alternatives(snapshot, this.#known.find(snapshot), best);
  }

  /** The text has changed: what was asked is over, what is in flight may still fit what is asked next. */
  edited(): void {
    this.#endAsk("typed on");
    this.#cancelUnlessAsked("typed on");
  }

  /** The cursor is here; nothing happens where it is asked for. */
  cursorMoved(offset: number): void {
    if (this.#ask?.snapshot.offset !== offset) this.cancel("the cursor left");
  }

  /** Gives up what is asked and what is in flight. */
  cancel(reason: CancelReason): void {
    this.#endAsk(reason);
    this.#offers.hidden();
    this.#inFlight.giveUpAll();
    this.#idleTimer?.dispose();
  }

  /** What is shown is not wanted, and does not return. */
  dismissed(): void {
    this.#offers.reject();
    this.cancel("dismissed");
  }

  /**
   * The engine knows more than when it drafted: what it said is asked for anew. What is on the screen stays. Where nothing
   * was found and that is doubted, who asks again has a new ask: the state, if that is so.
   */
  learned(isNothingDoubted: boolean): DocumentState | undefined {
    this.#known.forgetDrafts();
    const isDoubted = isNothingDoubted && this.#ask?.doubtNothing() === true;
    return isDoubted && this.#ask ? stateOf(this.#ask.snapshot) : undefined;
  }

  /** What is shown was inserted. */
  accepted(): void {
    this.#offers.accepted();
  }

  dispose(): void {
    this.cancel("paused or turned off");
  }

  /** Does what is to be done now: gives out what is known, asks for what is not, gives up what does not fit. */
  readonly #step = (): void => {
    const ask = this.#ask;
    if (!ask) return;
    const { snapshot, isExplicit } = ask;
    const now = this.#times.stepped();
    const matches = this.#known.find(snapshot);
    this.#inFlight.sortOut(snapshot, matches);
    const mayCutWords = wordLeftMs({ inFlight: this.#inFlight, now }) <= 0;
    const choice = { mayCutWords, isExplicit, syntax: this.#syntax, now };
    const offer = this.#offers.best(snapshot, matches, choice);
    const isUnasked = this.#asked === undefined && !this.#inFlight.isAwaited;
    // The model's word is still wanted, or wanted again.
    if (isUnasked && (isDraftAlone(offer, matches) || isOutdated(matches))) this.#requestSoon(ask);
    if (offer.suggestion) this.#give(ask, offer, now);
    else if (!ask.latest) this.#need(ask, { matches, reason: offer.reason, now });
    if (this.#ask === ask) this.#speculate(snapshot, offer);
    this.#inFlight.giveUpGone();
  };

  /** There is more of an answer. Where the model's is shown already, only its extension waits for that. */
  readonly #heard = (): void => {
    if (this.#ask?.latest?.suggestion?.origin === "remote") this.#extending.more();
    else this.#step();
  };

  #give(ask: Ask, offer: Offer, now: number): void {
    if (this.#isHeld(ask, offer, now)) return;
    const { suggestion, isShown } = offer;
    const before = ask.latest;
    const given = before?.suggestion;
    if (isSameText(given, suggestion)) return;
    const own = ownRequest(this.#asked, offer.match?.answer);
    const source = before?.source ?? (isShown ? "typed through" : this.#times.sourceOf(own));
    const result = this.#times.resultOf(ask, source, { suggestion }, { asked: this.#asked, own });
    ask.settle(result);
    if (isExtension(given, suggestion)) this.#extending.more();
    else {
      // Told of where it is the first text, or the model's in the place of a draft.
      if (!before || isCorrection(given, suggestion))
        this.#parts.onResult(ask, result, { request: own?.number, isLate: before !== undefined });
      if (ask.isOutdated) this.#parts.onOutdated(ask.snapshot);
    }
  }

  /** A draft that is not on the screen yet may wait. */
  #isHeld(ask: Ask, { suggestion, isShown }: Offer, now: number): boolean {
    if (ask.latest || isShown || suggestion?.origin !== "draft") return false;
    const { pace, draftPatienceMs } = this.#parts;
    const isAskedSoon = this.#asked === "soon";
    const waiting = { now, inFlight: this.#inFlight, pace, isAskedSoon };
    const leftMs = draftLeftMs(waiting, draftPatienceMs());
    if (leftMs > 0) this.#stepAfter(leftMs);
    return leftMs > 0;
  }

  /** There is nothing to show: waits for what is on its way, or asks. `now` is when it was looked at: looking takes time. */
  #need(ask: Ask, { matches, reason, now }: Lack): void {
    const leftMs = wordLeftMs({ inFlight: this.#inFlight, now });
    if (leftMs > 0) this.#stepAfter(leftMs);
    if (this.#asked !== undefined) {
      if (!this.#inFlight.isAwaited && this.#asked !== "soon") this.#settleEmpty(ask, reason);
      return;
    }
    const isExhausted = matches.some(({ answer, rest }) => rest === "" && answer.isOver);
    if (!ask.isExplicit && (reason !== "" || isExhausted)) this.#settleEmpty(ask, reason);
    else if (!this.#inFlight.isAwaited || this.#isTypedPast(matches)) this.#requestSoon(ask);
  }

  /**
   * Whether what was asked has been typed past before it was answered, so that it may not fit. A place that may have
   * a draft need not wait for a slow model's word on an earlier one.
   */
  #isTypedPast(matches: readonly Match[]): boolean {
    return matches.length === 0 && (this.#parts.hasDrafts() || this.#inFlight.mayAskBeside);
  }

  #requestSoon(ask: Ask): void {
    const { snapshot, isExplicit } = ask;
    const isDeletion = snapshot.offset < this.#lastOffset;
    const isAtLineStart = lineBefore(snapshot.before).trim() === "";
    const waitMs = isExplicit ? 0 : this.#parts.pace.waitMs({ isDeletion, isAtLineStart });
    this.#asked = "soon";
    const request = () => {
      this.#asked = "now"; // a source may fail in this turn
      this.#asked = this.#begin(snapshot, this.#known.begin("remote", snapshot));
    };
    if (waitMs === 0) request();
    else this.#askTimer = this.#parts.clock.after(waitMs, request);
  }

  /** Asks for what comes after the known text when that grows short, or was cut off. */
  #speculate(snapshot: Snapshot, { match, suggestion, isWhole }: Offer): void {
    if (!match || !suggestion || match.answer.origin === "draft") return;
    const { answer, rest, standing } = match;
    this.#speculations.reached(answer, rest.length);
    // Of another text above: what is said now may be another one too.
    if (standing !== "current" || answer.isOpen || answer.isOver || answer.hasFailedAhead) return;
    if (rest.length >= speculateBelowChars || !this.#inFlight.hasRoom) return;
    if (isWhole || !answer.isCutOff) {
      if (!this.#parts.maySpeculate() || !this.#speculations.isWorthIt()) return;
      this.#speculations.begun(answer);
    }
    this.#begin(snapshot, answer, { text: rest, deletedAfterChars: suggestion.replaceAfterChars });
  }

  #begin(snapshot: Snapshot, remote: Answer, ahead?: CompletionAsk["ahead"]): RunningRequest {
    this.#inFlight.makeRoom();
    const { clock, nextNumber, onRequest } = this.#parts;
    const assembled = this.#times.assembled(() => assemble(snapshot));
    const place = { ...assembled, keepsOlder: !this.#inFlight.isEmpty };
    const begunChars = remote.text.length;
    const number = nextNumber();
    const ask = ahead ? { ...place, ahead } : place;
    onRequest({ request: number, snapshot, ask });
    const request = new RunningRequest({
      number,
      ask,
      source: this.#parts.source,
      clock,
      remote,
      beginDraft: () => (ahead ? undefined : this.#beginDraft(snapshot)),
      grow: (answer, text) => {
        this.#known.grow(answer, text);
      },
      onText: this.#heard,
      onEnd: (ended) => {
        this.#ended(ended, snapshot, begunChars);
      },
    });
    this.#inFlight.add(request);
    return request;
  }

  /** The engine says all it has to say at once. */
  #beginDraft(snapshot: Snapshot): Answer {
    const draft = this.#known.begin("draft", snapshot);
    draft.isOpen = false;
    return draft;
  }

  #ended(request: RunningRequest, snapshot: Snapshot, begunChars: number): void {
    this.#inFlight.ended(request);
    const { failure, firstRemoteAt, startedAt } = request;
    if (!failure && !request.isSpeculative) this.#known.askedAt(snapshot);
    if (firstRemoteAt !== undefined) this.#parts.pace.answered(firstRemoteAt - startedAt);
    conclude(request, this.#known, { begunChars, hasResult: this.#ask?.latest !== undefined });
    // Where the text has moved on while it waited for a link, nobody needs it and nothing is wrong.
    if (failure?.code !== "superseded") {
      this.#parts.onRequestEnd(request, snapshot);
      if (failure && request.goneAt === undefined) this.#failed(failure);
    }
    this.#step();
    if (failure && request.receivedChars > 0) request.remote.isCutOff = true; // for who comes back
  }

  /**
   * What was waited for has failed: the ask ends with that, and with the draft if there is one. One that waited for
   * what an earlier key had asked has yet to ask itself.
   */
  #failed(failure: Failure): void {
    const ask = this.#ask;
    if (!ask || ask.latest || this.#inFlight.isAwaited) return;
    if (this.#asked === undefined || this.#asked === "soon") return;
    const { snapshot, isExplicit } = ask;
    const now = this.#parts.clock.now();
    const choice = { mayCutWords: true, isExplicit, syntax: this.#syntax, now };
    const { suggestion } = this.#offers.best(snapshot, this.#known.find(snapshot), choice);
    const reason = suggestion ? "" : failure.message || failure.code;
    this.#settle(ask, suggestion ? "asked" : "none", { suggestion, reason, failure });
  }

  #settleEmpty(ask: Ask, reason: string): void {
    this.#settle(ask, "none", { reason: reason || "nothing to suggest here" });
  }

  #settle(ask: Ask, source: ResultSource, outcome: Partial<AskResult>): void {
    const asked = this.#asked;
    const result = this.#times.resultOf(ask, source, outcome, { asked, own: undefined });
    ask.settle(result);
    this.#parts.onResult(ask, result, { request: numbered(asked)?.number, isLate: false });
  }

  #stepAfter(delayMs: number): void {
    this.#stepTimer?.dispose();
    this.#stepTimer = this.#parts.clock.after(delayMs, this.#step);
  }

  #endAsk(reason: CancelReason): void {
    for (const each of [this.#askTimer, this.#stepTimer, this.#extending]) each?.dispose();
    const ask = this.#ask;
    this.#ask = undefined;
    this.#asked = undefined;
    if (!ask || ask.latest) return;
    const nothing = { asked: undefined, own: undefined };
    const result = this.#times.resultOf(ask, "none", { reason }, nothing);
    ask.giveUp(result);
    this.#parts.onResult(ask, result, { request: undefined, isLate: false });
  }

  /** Unless there is another ask, or somebody waits for this one, soon. */
  #cancelUnlessAsked(reason: CancelReason): void {
    const ask = this.#ask;
    this.#idleTimer?.dispose();
    this.#idleTimer = this.#parts.clock.after(unaskedMs, () => {
      if (this.#ask === ask && ask?.isAwaited !== true) this.cancel(reason);
    });
  }
}
