import type { ReceivedAsk } from "../../../src/wire/documentReceiver.ts";
import { maxAheadChars } from "../../../src/wire/limits.ts";
import type { AheadText, CompletionRequest } from "../../../src/wire/messages.ts";
import { seededRandom } from "../../helpers/randomness.ts";
import type { DocumentPair } from "./documentPair.ts";
import { type Draw, EditedDocuments } from "./editedDocuments.ts";

const snippetTexts = ["function a() {}\n", "class B {}\n", "", "type C = 1;\n", "é😀", "\ud83d!"];

/** What an ask was about, as it was when it was made; of one ahead, as if that had been accepted. */
export interface Truth {
  readonly isAhead: boolean;
  readonly text: string;
  readonly offset: number;
  readonly path: string;
  readonly isConfined: boolean;
  readonly snippets: readonly string[];
}

const aheadParts = ["x", "call();", "\n", "\r\n", "        ", "😀", "\ud83d", "\ude00"];
const nothingAhead: AheadText = { text: "", deletedAfterChars: 0 };

type Happening = readonly [perMille: number, happen: () => unknown];

/** A person who edits documents and asks at random over one connection after the other. */
export class EditingSession {
  readonly draw: Draw;
  readonly documents: EditedDocuments;
  /** By stream, until the ask has arrived. */
  readonly truths = new Map<number, Truth>();
  /** `refused` asks had no request; `wrong` ones a false one; `strange` ones a request that nobody had asked for. */
  readonly counts = { asks: 0, right: 0, refused: 0, wrong: 0, strange: 0, connections: 1 };
  pair: DocumentPair;
  readonly #makePair: (session: EditingSession) => DocumentPair;
  /** What happens, and how often in a thousand steps. */
  readonly #happenings: readonly Happening[];
  #snippets: readonly string[] = [];

  constructor(seed: number, makePair: (session: EditingSession) => DocumentPair) {
    const random = seededRandom(seed);
    const draw: Draw = (end) => Math.floor(random() * end);
    this.draw = draw;
    this.documents = new EditedDocuments(draw);
    this.#makePair = makePair;
    this.pair = makePair(this);
    this.#happenings = this.#makeHappenings();
  }

  /** One thing that happens in an editor; what it sends arrives at once, or with what follows. */
  step(): void {
    let drawn = this.draw(1_000);
    for (const [perMille, happen] of this.#happenings) {
      if (drawn < perMille) {
        happen();
        break;
      }
      drawn -= perMille;
    }
    if (this.draw(3) > 0) this.pair.deliver();
  }

  ask(isAhead = this.draw(10) === 0): void {
    const document = this.documents.followedNow();
    const { text, cursor, path, isConfined } = this.documents.now;
    const snippets = this.#snippets;
    const ahead = isAhead ? this.#drawAhead(text.length - cursor) : nothingAhead;
    const accepted = text.slice(0, cursor) + ahead.text;
    const about = {
      text: accepted + text.slice(cursor + ahead.deletedAfterChars),
      offset: accepted.length,
    };
    this.truths.set(this.pair.nextStream, { isAhead, ...about, path, isConfined, snippets });
    this.counts.asks++;
    const manner = { snippets, keepsOlder: this.draw(isAhead ? 2 : 20) === 0 };
    this.pair.ask(document, cursor, isAhead ? { ...manner, ahead } : manner);
  }

  /** A new connection over the same documents. */
  reconnect(): void {
    this.pair.dispose();
    this.truths.clear();
    this.counts.connections++;
    this.pair = this.#makePair(this);
  }

  /** Counts what became of an ask and says whether it is right. */
  judge(stream: number, { request }: ReceivedAsk): boolean {
    const truth = this.truths.get(stream);
    this.truths.delete(stream);
    const isRight = request !== undefined && truth !== undefined && isTrue(request, truth);
    if (!request) this.counts.refused++;
    else if (isRight) this.counts.right++;
    else if (truth) this.counts.wrong++;
    else this.counts.strange++;
    return isRight;
  }

  /** Mostly the rest of a line or some lines, now and then as much as there may be. */
  #drawAhead(leftChars: number): AheadText {
    const mostParts = this.draw(20) === 0 ? maxAheadChars : 12;
    const parts = Array.from({ length: this.draw(mostParts) }, () => aheadParts[this.draw(8)]);
    const mostDeleted = Math.min(leftChars, this.draw(10) === 0 ? leftChars : 30);
    const deletedAfterChars = this.draw(mostDeleted + 1);
    return { text: parts.join("").slice(0, maxAheadChars), deletedAfterChars };
  }

  #makeHappenings(): readonly Happening[] {
    const { documents, draw } = this;
    return [
      [
        360,
        () => {
          documents.edit();
          this.ask();
        },
      ],
      [180, documents.edit.bind(documents)],
      [
        90,
        () => {
          this.ask();
        },
      ],
      [50, documents.jump.bind(documents)],
      [30, documents.focusAny.bind(documents)],
      [130, () => this.pair.sender.sendPiece(this.pair.nextStream)],
      [
        40,
        () => {
          this.pair.sender.flushEdits();
        },
      ],
      [40, () => this.pair.sender.verify()],
      [20, this.#reopen.bind(this)],
      [10, () => (this.#snippets = snippetTexts.filter(() => draw(3) === 0))],
      [30, this.#swapSnippet.bind(this)],
      [1, this.reconnect.bind(this)],
      [
        19,
        () => {
          this.pair.deliverReplies();
        },
      ],
    ];
  }

  /** Another snippet in the place of one, or one that was never there. */
  #swapSnippet(): void {
    if (this.#snippets.length === 0) return;
    const text = this.draw(4) === 0 ? `new ${this.draw(400)}\n` : snippetTexts[this.draw(6)];
    this.#snippets = this.#snippets.with(this.draw(this.#snippets.length), text ?? "");
  }

  /** Closes a document in the editor, and opens it again: as it was, or changed on the disk. */
  #reopen(): void {
    const { now, followed } = this.documents;
    followed.close(now.key);
    if (this.draw(4) === 0) return;
    if (this.draw(4) === 0) {
      now.text = now.text.replace("a", "A changed");
      now.cursor = Math.min(now.cursor, now.text.length);
      now.undo.length = 0;
    }
    this.documents.open(now);
    const document = followed.get(now.key);
    if (document && this.draw(4) > 0) this.pair.sender.recall(document, this.pair.nextStream);
  }
}

/** Whether a request says nothing but what was there when it was asked. */
function isTrue(request: CompletionRequest, truth: Truth): boolean {
  const { text, offset, path, isConfined } = truth;
  const { before, after } = request;
  const snippets = truth.snippets.map((snippet) => snippet.toWellFormed());
  return (
    text.slice(offset - before.length, offset) === before &&
    text.slice(offset, offset + after.length) === after &&
    request.path === path &&
    request.isConfined === isConfined &&
    JSON.stringify(request.snippets) === JSON.stringify(snippets)
  );
}
