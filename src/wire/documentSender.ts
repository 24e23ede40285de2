import { Failure } from "../base/failure.ts";
import { checkOf, checkReachChars, DocumentDigest } from "./check.ts";
import { contentIdOf, wholeHashOf } from "./contentId.ts";
import { type Edit, PendingEdits } from "./edit.ts";
import { encodeEdits, type SnippetSwap } from "./editFrame.ts";
import { Gaps, type Range } from "./gaps.ts";
import { documentLimits } from "./limits.ts";
import type { LocalDocument } from "./localDocuments.ts";
import type { AheadText, ClientMessage } from "./messages.ts";
import { SnippetSender } from "./snippetPlaces.ts";
import { unpaired } from "./unpaired.ts";

/** How much text goes ahead of an ask about a document that the far end does not know, and in a bulk piece. */
export interface SendWindow {
  readonly beforeChars: number;
  readonly afterChars: number;
  /** Of one bulk piece; with 0 the far end gets nothing but the text round the cursors. */
  readonly pieceChars: number;
}

/** Where the payloads go; they must arrive in this order. */
export interface SenderPort {
  /** One payload that is ready. */
  payload(bytes: Uint8Array): void;
  message(message: ClientMessage): void;
}

/** One ask for a completion at a cursor. */
export interface SentAsk {
  readonly document: LocalDocument;
  readonly offset: number;
  readonly stream: number;
  readonly snippets: readonly string[];
  readonly keepsOlder: boolean;
  /** As in `CompletionAsk`; within its limit and the document. */
  readonly ahead?: AheadText | undefined;
}

/** One document as the far end holds it, as far as it was told. */
interface Held {
  readonly number: number;
  readonly document: LocalDocument;
  readonly pending: PendingEdits;
  gaps: Gaps;
  digest: DocumentDigest;
  cursor: number;
  /** The far end's text cannot be gone on from: it must be opened (again). */
  isStale: boolean;
  isRecalled: boolean;
  isVerified: boolean;
}

/** More than this waiting for the next ask costs more than a new window. In UTF-16 units. */
const maxPendingChars = 16 * 1024;

/**
 * The client's side of the documents on one connection: what the far end holds, and the frames that make it hold
 * what is asked about. It lives as long as its connection.
 */
export class DocumentSender {
  readonly #port: SenderPort;
  readonly #window: SendWindow;
  /** By document, in order of use, the most recent last. */
  readonly #held = new Map<LocalDocument, Held>();
  readonly #snippets = new SnippetSender();
  /** The content ids of documents that were closed here: the far end may know them still. */
  readonly #closedIds = new Set<string>();
  #focus: Held | undefined;
  /** The last of `#held`. */
  #latest: Held | undefined;
  #lastNumber = 0;

  constructor(port: SenderPort, window: SendWindow) {
    this.#port = port;
    this.#window = window;
  }

  /** Notes edits of a document; they go with the next ask, or in idle time. */
  edited(document: LocalDocument, edits: readonly Edit[]): void {
    const held = this.#held.get(document);
    if (!held || held.isStale) return;
    held.isVerified = false;
    for (const edit of edits) held.pending.add(edit);
    if (held.pending.sizeChars > maxPendingChars) held.isStale = true;
  }

  /** Sends what makes the far end hold the text at the cursor, and the ask. */
  ask({ document, offset, stream, snippets, keepsOlder, ahead }: SentAsk): void {
    const swap = this.#useSnippets(snippets);
    const held = this.#opened(document, offset, stream);
    const { text } = document;
    const nearFrom = Math.max(0, offset - checkReachChars);
    const nearTo = Math.min(text.length, offset + checkReachChars);
    let edits = this.#takeEdits(held);
    if (held.gaps.within(nearFrom, nearTo + (ahead?.deletedAfterChars ?? 0))) {
      this.#sendEdits(held, edits);
      edits = [];
      this.#fillRound(held, offset);
    }
    const check = checkOf({
      stream,
      digest: held.digest,
      lengthChars: text.length,
      offset,
      snippets: this.#snippets.hash,
      near: text.slice(nearFrom, nearTo) ?? "",
    });
    const frame = { edits, cursor: offset, ask: { check, keepsOlder, ahead }, swap };
    this.#port.payload(encodeEdits(frame, held.cursor));
    held.cursor = offset;
  }

  /** Sends what makes the far end hold the text at a place, and that asks there are to be expected. `nextStream` as in `open`. */
  warm(document: LocalDocument, offset: number, nextStream: number): void {
    this.#flush(this.#opened(document, offset, nextStream));
    this.#port.message({ kind: "warm", offset });
  }

  /** The far end said that it does not hold a document's text as it is. */
  lost(number: number): void {
    for (const held of this.#held.values()) if (held.number === number) held.isStale = true;
  }

  /** The far end said that it does not hold the text that was asked about. */
  lostDocument(document: LocalDocument): void {
    const held = this.#held.get(document);
    if (held) held.isStale = true;
    this.#snippets.doubt();
  }

  /** The far end holds nothing that can be relied on. */
  lostAll(): void {
    for (const held of this.#held.values()) held.isStale = true;
    this.#snippets.doubt();
  }

  /** Tries to open a document by its content, where the far end may know it. `nextStream` as in `ask`. */
  recall(document: LocalDocument, nextStream: number): void {
    if (this.#closedIds.size === 0 || this.#held.has(document)) return;
    const text = document.text.whole();
    if (text === undefined) return;
    const contentId = contentIdOf(document, text);
    if (!this.#closedIds.has(contentId.toString("hex"))) return;
    const held = this.#begin(document, new Gaps(0));
    held.isRecalled = true;
    held.isStale = false; // its edits are kept from here on
    this.#port.message({ kind: "recall", document: held.number, nextStream, contentId });
  }

  /** The answer to a `recall`. */
  recalled(number: number, isKnown: boolean): void {
    for (const held of this.#held.values()) {
      if (held.number !== number || !held.isRecalled) continue;
      held.isRecalled = false;
      if (!isKnown) held.isStale = true;
    }
  }

  /** The editor has closed a document, or its text is to be followed anew. */
  closed(document: LocalDocument): void {
    const held = this.#held.get(document);
    if (!held) return;
    this.#held.delete(document);
    if (this.#focus === held) this.#focus = undefined;
    const isWhole = held.gaps.isNone && !held.isStale && held.pending.count === 0;
    const text = isWhole ? document.text.whole() : undefined;
    if (text !== undefined) this.#closedIds.add(contentIdOf(document, text).toString("hex"));
    this.#port.message({ kind: "close", document: held.number });
  }

  /** Whether there is something that the far end does not know yet. */
  get lacksText(): boolean {
    if (this.#focus?.isStale === true) return true;
    for (const held of this.#held.values()) if (this.#hasPiece(held)) return true;
    return false;
  }

  /** Sends one piece of what the far end does not know yet; false when there is none. For idle time. */
  sendPiece(nextStream: number): boolean {
    const focus = this.#focus;
    if (focus?.isStale === true) {
      this.#open(focus, focus.cursor, nextStream);
      return true;
    }
    const held = [...this.#held.values()].findLast((each) => this.#hasPiece(each));
    if (!held) return false;
    this.#flush(held);
    const piece = this.#pieceOf(held); // none where an edit has deleted it
    if (piece) this.#fill(held, piece);
    return true;
  }

  /** Sends edits that no ask took along. For idle time. */
  flushEdits(): void {
    for (const held of [...this.#held.values()]) {
      if (isOpen(held)) this.#flush(held);
    }
  }

  /** Sends the hash of one whole text that was not compared since its last edit; false when there is none. For idle time. */
  verify(): boolean {
    for (const held of this.#held.values()) {
      if (!isOpen(held) || !held.gaps.isNone || held.isVerified) continue;
      this.#flush(held);
      const text = held.document.text.whole();
      if (text === undefined) throw new Failure("internal", "a local document is not whole");
      held.isVerified = true;
      this.#port.message({ kind: "verify", document: held.number, hash: wholeHashOf(text) });
      return true;
    }
    return false;
  }

  /** The far end holds something of the document, and what is said next is about it. */
  #opened(document: LocalDocument, offset: number, nextStream: number): Held {
    const held = this.#held.get(document) ?? this.#begin(document, new Gaps(document.text.length));
    const isWide = document.text.length - held.gaps.chars > documentLimits.windowedChars;
    if (!isOpen(held) || isWide) this.#open(held, offset, nextStream);
    this.#touch(held);
    this.#focusOn(held);
    return held;
  }

  #begin(document: LocalDocument, gaps: Gaps): Held {
    const held: Held = {
      number: ++this.#lastNumber,
      document,
      pending: new PendingEdits(),
      gaps,
      digest: new DocumentDigest(this.#lastNumber, document),
      cursor: 0,
      isStale: true,
      isRecalled: false,
      isVerified: false,
    };
    this.#touch(held);
    this.#makeRoom();
    return held;
  }

  /** Closes what was used least recently where the far end could not hold more. */
  #makeRoom(): void {
    let totalChars = 0;
    let count = 0;
    for (const { document, gaps } of [...this.#held.values()].reverse()) {
      const { length } = document.text;
      // Those that idle time fills take all of their room from the start.
      totalChars += length <= documentLimits.wholeChars ? length : length - gaps.chars;
      count++;
      const isOver = count > documentLimits.documents || totalChars > documentLimits.totalChars / 2;
      if (isOver && count > 1) this.closed(document);
    }
  }

  #touch(held: Held): void {
    if (held === this.#latest) return;
    this.#latest = held;
    this.#held.delete(held.document);
    this.#held.set(held.document, held);
  }

  #focusOn(held: Held): void {
    if (held === this.#focus) return;
    this.#focus = held;
    this.#port.message({ kind: "focus", document: held.number });
  }

  #open(held: Held, cursor: number, nextStream: number): void {
    this.#touch(held);
    this.#makeRoom();
    const { document, number } = held;
    const { text, isConfined, path, languageId } = document;
    const { beforeChars, afterChars } = this.#window;
    const offset = Math.min(cursor, text.length); // an old one, where nothing is asked
    const window = unpaired(text, { start: offset - beforeChars, end: offset + afterChars });
    held.pending.take();
    held.gaps = new Gaps(text.length);
    held.gaps.fill(window);
    held.digest = new DocumentDigest(number, document);
    held.cursor = window.start;
    held.isStale = false;
    held.isRecalled = false;
    held.isVerified = false;
    this.#focus = held;
    const opened = text.slice(window.start, window.end) ?? "";
    held.digest.fill(window.start, opened);
    this.#port.message({
      kind: "open",
      document: number,
      name: { isConfined, path, languageId },
      lengthChars: text.length,
      nextStream,
      offset: window.start,
      text: opened,
    });
  }

  #takeEdits(held: Held): readonly Edit[] {
    const edits = held.pending.take();
    for (const edit of edits) {
      held.gaps.apply(edit);
      held.digest.edit(edit);
    }
    return edits;
  }

  #flush(held: Held): void {
    if (held.pending.count === 0) return;
    this.#focusOn(held);
    this.#sendEdits(held, this.#takeEdits(held));
  }

  #sendEdits(held: Held, edits: readonly Edit[]): void {
    const last = edits.at(-1);
    if (!last) return;
    const cursor = last.offset + last.text.length;
    this.#port.payload(encodeEdits({ edits, cursor, ask: undefined }, held.cursor));
    held.cursor = cursor;
  }

  #fillRound(held: Held, offset: number): void {
    const { beforeChars, afterChars } = this.#window;
    const gapNear = () => held.gaps.within(offset - beforeChars, offset + afterChars);
    for (let gap = gapNear(); gap; gap = gapNear()) this.#fill(held, gap);
    this.#makeRoom();
  }

  /** Whether idle time fills what is missing of a document. */
  #hasPiece(held: Held): boolean {
    const { length } = held.document.text;
    const isFilled = this.#window.pieceChars > 0 && length <= documentLimits.wholeChars;
    return isFilled && isOpen(held) && !held.gaps.isNone;
  }

  #pieceOf(held: Held): Range | undefined {
    const gap = held.gaps.nearest(held.cursor);
    if (!gap) return undefined;
    const { pieceChars } = this.#window;
    return gap.end <= held.cursor
      ? { start: Math.max(gap.start, gap.end - pieceChars), end: gap.end }
      : { start: gap.start, end: Math.min(gap.end, gap.start + pieceChars) };
  }

  #fill(held: Held, range: Range): void {
    const { document, number } = held;
    // A pair is cut only where one half of it is known at the far end already.
    const wide = unpaired(document.text, range);
    const inGap = held.gaps.within(wide.start, wide.end) ?? range;
    const { start, end } = inGap.start <= range.start && inGap.end >= range.end ? inGap : range;
    held.gaps.fill({ start, end });
    const text = document.text.slice(start, end) ?? "";
    held.digest.fill(start, text);
    this.#port.message({ kind: "fill", document: number, offset: start, text });
  }

  #useSnippets(texts: readonly string[]): SnippetSwap | undefined {
    return this.#snippets.use(
      texts,
      (place, text) => {
        this.#port.message({ kind: "put", place, text });
      },
      (places) => {
        this.#port.message({ kind: "use", places });
      },
    );
  }
}

/** Whether the far end's text can be gone on from. */
const isOpen = ({ isStale, isRecalled }: Held): boolean => !isStale && !isRecalled;
