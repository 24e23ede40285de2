import { type Clock, systemClock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import { checkOf, checkReachChars, DocumentDigest } from "./check.ts";
import { contentIdOf, wholeHashOf } from "./contentId.ts";
import { DocumentText } from "./documentText.ts";
import { decodeEdits, type FrameAsk } from "./editFrame.ts";
import { HashBudget } from "./hashBudget.ts";
import { documentLimits } from "./limits.ts";
import type {
  AheadText,
  CompletionRequest,
  DocumentMessage,
  OpenMessage,
  ServerMessage,
} from "./messages.ts";
import { SnippetPlaces } from "./snippetPlaces.ts";

/** A document as the client told it. */
interface HeldDocument {
  readonly number: number;
  readonly name: OpenMessage["name"];
  readonly text: DocumentText;
  readonly digest: DocumentDigest;
  cursor: number;
  /** Something did not fit: nothing is answered about it until it is opened again. */
  isBroken: boolean;
}

/** An ask as it was read; `request` is undefined where the text is not what the client has. */
export interface ReceivedAsk {
  readonly document: number;
  readonly keepsOlder: boolean;
  readonly request: CompletionRequest | undefined;
}

/** How much text a request is built with, in UTF-16 units. */
export interface RequestLimits {
  readonly beforeChars: number;
  readonly afterChars: number;
}

/**
 * The gateway's side of the documents on one connection: it holds their texts, follows the edits, and builds what
 * is asked. Throws `protocol` failures for what the protocol forbids; texts that differ are no failure of the
 * link: their asks have no request.
 */
export class DocumentReceiver {
  readonly #limits: RequestLimits;
  readonly #hashing: HashBudget;
  readonly #documents = new Map<number, HeldDocument>();
  readonly #snippets = new SnippetPlaces();
  /** Closed contents by content id, in order of their closing. */
  readonly #closed = new Map<
    string,
    { readonly name: OpenMessage["name"]; readonly text: DocumentText }
  >();
  #totalChars = 0;
  #closedChars = 0;
  #focus: HeldDocument | undefined;

  constructor(limits: RequestLimits, clock: Clock = systemClock) {
    this.#limits = limits;
    this.#hashing = new HashBudget(clock);
  }

  /** What all documents and snippets take, in UTF-16 units of known text. */
  get totalChars(): number {
    return this.#totalChars + this.#closedChars + this.#snippets.totalChars;
  }

  /** Takes one message about documents; what the client is to be answered, if anything. */
  receive(message: DocumentMessage): ServerMessage | undefined {
    switch (message.kind) {
      case "open":
        this.open(message);
        break;
      case "recall": {
        const isKnown = this.recall(message.document, message.contentId);
        return { kind: "recalled", document: message.document, isKnown };
      }
      case "fill":
        this.fill(message.document, message.offset, message.text);
        break;
      case "focus":
        this.focus(message.document);
        break;
      case "close":
        this.close(message.document);
        break;
      case "verify": {
        const isSame = this.verify(message.document, message.hash);
        return isSame ? undefined : { kind: "resync", document: message.document };
      }
      case "put":
        this.put(message.place, message.text);
        break;
      case "use":
        this.use(message.places);
        break;
    }
    return undefined;
  }

  open({ document, name, lengthChars, offset, text }: OpenMessage): void {
    if (offset + text.length > lengthChars || lengthChars > documentLimits.maxChars) {
      throw new Failure("protocol", "a window does not fit its document");
    }
    this.#drop(document);
    const held = this.#hold(document, name, DocumentText.unknown(lengthChars));
    this.#fill(held, offset, text);
    held.cursor = offset;
    this.#focus = held;
  }

  /** Opens a document by its content; whether that is known. */
  recall(document: number, contentId: Uint8Array): boolean {
    const id = Buffer.from(contentId).toString("hex");
    const known = this.#closed.get(id);
    if (!known) return false;
    this.#forget(id);
    this.#drop(document);
    this.#hold(document, known.name, known.text);
    return true;
  }

  fill(document: number, offset: number, text: string): void {
    this.#fill(this.#get(document), offset, text);
  }

  focus(document: number): void {
    this.#focus = this.#get(document);
  }

  /** Closes a document, if it is open: one that was not recalled is not. */
  close(document: number): void {
    const held = this.#documents.get(document);
    if (!held) return;
    const { name, text, isBroken } = held;
    this.#drop(document);
    const isKept = !isBroken && text.isWhole && text.length <= documentLimits.closedChars;
    const whole = isKept && this.#hashing.take(text.length) ? text.whole() : undefined;
    if (whole === undefined) return;
    const id = contentIdOf(name, whole).toString("hex");
    this.#forget(id);
    this.#closed.set(id, { name, text });
    this.#closedChars += sizeOf(name, text);
    for (const oldest of this.#closed.keys()) {
      if (this.#closedChars <= documentLimits.closedChars) break;
      this.#forget(oldest);
    }
  }

  /** Forgets the closed contents: none of them can be recalled. */
  forgetClosed(): void {
    this.#closed.clear();
    this.#closedChars = 0;
  }

  /**
   * Whether the whole text is known and has this hash; otherwise it must be opened again. Where that is asked too often
   * for so long a text, nothing is compared: the check of each ask goes on.
   */
  verify(document: number, hash: Uint8Array): boolean {
    const held = this.#get(document);
    const { text } = held;
    if (!text.isWhole) held.isBroken = true;
    if (held.isBroken || !this.#hashing.take(text.length)) return !held.isBroken;
    const whole = text.whole();
    if (whole === undefined || !wholeHashOf(whole).equals(hash)) held.isBroken = true;
    return !held.isBroken;
  }

  put(place: number, text: string): void {
    this.#snippets.put(place, text);
  }

  use(places: readonly number[]): void {
    this.#snippets.use(places);
  }

  /** Reads a `typed` or `edit` frame; what it asks, if it asks. `stream` is the number an ask would open. */
  edit(payload: Uint8Array, stream: number): ReceivedAsk | undefined {
    const held = this.#focus;
    if (!held) throw new Failure("protocol", "an edit without a document");
    const { text, digest } = held;
    const { edits, cursor, ask, swap } = decodeEdits(payload, held.cursor);
    if (swap) this.#snippets.swap(swap);
    const knownBefore = text.knownChars;
    for (const edit of edits) {
      if (held.isBroken) break;
      digest.edit(edit);
      if (!text.apply(edit)) held.isBroken = true;
    }
    this.#count(text.knownChars - knownBefore);
    if (text.length > documentLimits.maxChars) throw new Failure("protocol", "a text is too long");
    held.cursor = cursor;
    return ask && this.#asked(held, ask, stream);
  }

  /**
   * A place in the document that is focused now. It says what an ask there would be then, as far as is known; undefined where that
   * cannot be, or the document has been closed or opened again.
   */
  placeAt(offset: number): () => CompletionRequest | undefined {
    const held = this.#focus;
    return () => {
      const isThere = held && this.#documents.get(held.number) === held && !held.isBroken;
      if (!isThere || offset > held.text.length) return undefined;
      return this.#requestOf(held, offset, nothingAhead);
    };
  }

  /** An ask about a document as it is now. */
  #asked(held: HeldDocument, ask: FrameAsk, stream: number): ReceivedAsk {
    const { check, keepsOlder, ahead = nothingAhead } = ask;
    const isInside = held.cursor + ahead.deletedAfterChars <= held.text.length;
    const isSame = !held.isBroken && isInside && this.#checkOf(held, stream) === check;
    if (!isSame) held.isBroken = true;
    const request = isSame ? this.#requestOf(held, held.cursor, ahead) : undefined;
    return { document: held.number, keepsOlder, request };
  }

  #checkOf({ text, digest, cursor }: HeldDocument, stream: number): number | undefined {
    if (cursor < 0 || cursor > text.length) return undefined;
    const from = Math.max(0, cursor - checkReachChars);
    const near = text.slice(from, Math.min(text.length, cursor + checkReachChars));
    if (near === undefined) return undefined;
    return checkOf({
      stream,
      digest,
      lengthChars: text.length,
      offset: cursor,
      snippets: this.#snippets.hash,
      near,
    });
  }

  /** What is known round the cursor without a gap, as if what is ahead had been accepted. */
  #requestOf({ name, text }: HeldDocument, cursor: number, ahead: AheadText): CompletionRequest {
    const { beforeChars, afterChars } = this.#limits;
    const accepted = ahead.text.slice(Math.max(0, ahead.text.length - beforeChars));
    const from = Math.max(0, cursor - (beforeChars - accepted.length));
    const behind = cursor + ahead.deletedAfterChars;
    const to = Math.min(text.length, behind + afterChars);
    const { start } = text.knownAround(cursor, from, cursor);
    const { end } = text.knownAround(behind, behind, to);
    const before = (text.slice(start, cursor) ?? "") + accepted;
    const after = text.slice(behind, end) ?? "";
    const isFromStart = start === 0 && accepted.length === ahead.text.length;
    return {
      path: name.path,
      languageId: name.languageId,
      isConfined: name.isConfined,
      ...(ahead !== nothingAhead && { isAhead: true }),
      before: isFromStart ? before : fromLineStart(before),
      after: end === text.length ? after : toLineEnd(after),
      snippets: this.#snippets.texts,
    };
  }

  #hold(number: number, name: OpenMessage["name"], text: DocumentText): HeldDocument {
    if (this.#documents.size >= documentLimits.documents) {
      throw new Failure("protocol", "too many documents are open");
    }
    const digest = new DocumentDigest(number, name);
    const held = { number, name, text, digest, cursor: 0, isBroken: false };
    this.#documents.set(number, held);
    this.#count(sizeOf(name, text));
    return held;
  }

  #fill(held: HeldDocument, offset: number, text: string): void {
    if (held.isBroken) return;
    held.digest.fill(offset, text);
    if (text === "") return;
    if (held.text.fill(offset, text)) this.#count(text.length);
    else held.isBroken = true;
  }

  #get(number: number): HeldDocument {
    const held = this.#documents.get(number);
    if (!held) throw new Failure("protocol", `document ${number} is not open`);
    return held;
  }

  #drop(number: number): void {
    const held = this.#documents.get(number);
    if (!held) return;
    this.#documents.delete(number);
    this.#totalChars -= sizeOf(held.name, held.text);
    if (this.#focus === held) this.#focus = undefined;
  }

  #count(chars: number): void {
    this.#totalChars += chars;
    if (this.#totalChars > documentLimits.totalChars) {
      throw new Failure("protocol", "the open documents take too much room");
    }
  }

  #forget(id: string): void {
    const closed = this.#closed.get(id);
    if (!closed) return;
    this.#closedChars -= sizeOf(closed.name, closed.text);
    this.#closed.delete(id);
  }
}

/** What an ordinary ask is ahead of its document. */
const nothingAhead: AheadText = { text: "", deletedAfterChars: 0 };

/** What a document takes in UTF-16 units: an empty one is not free. */
const sizeOf = ({ path, languageId }: OpenMessage["name"], text: DocumentText): number =>
  documentLimits.baseChars + path.length + languageId.length + text.knownChars;

/** Drops the first, cut line; a window without any line break keeps all but a split surrogate pair. */
function fromLineStart(text: string): string {
  const lineBreak = text.indexOf("\n");
  if (lineBreak >= 0) return text.slice(lineBreak + 1);
  return isLowSurrogate(text.charCodeAt(0)) ? text.slice(1) : text;
}

function toLineEnd(text: string): string {
  const lineBreak = text.lastIndexOf("\n");
  if (lineBreak >= 0) return text.slice(0, lineBreak + 1);
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
