import type { RequestBegin } from "../../completion/reports.ts";
import type { Traffic } from "../../link/countedSocket.ts";
import type { Edit } from "../../wire/edit.ts";
import type { DocumentEvent } from "../../wire/localDocuments.ts";
import type { ClientMessage } from "../../wire/messages.ts";

/** Text of a document or of another file as it went over the link. */
export interface SentPart {
  /** `open`: a window of the document, `fill`: more of it, `put`: of another file, `edit`: what was typed or deleted. */
  readonly kind: "open" | "fill" | "put" | "edit";
  /** The file as the gateway knows it; empty where that is not said. */
  readonly path: string;
  /** In UTF-16 units from the document's start; 0 of another file. */
  readonly offset: number;
  readonly deletedChars: number;
  readonly text: string;
}

/** Who could be asked when a request was made. */
export interface AskedFarEnd {
  /** The gateway on another machine; undefined where it was this window's own. */
  readonly hostedGateway: string | undefined;
  /** Whether this window's own gateway had a model that it might ask. */
  readonly mayAskModel: boolean;
  /** The process of this window's own gateway, where there was one. */
  readonly pid: number | undefined;
}

/** Texts that went over the link. */
export interface SentParts {
  readonly parts: readonly SentPart[];
  /** How many more there were: what is kept has a limit. */
  readonly moreParts: number;
}

/** The last request, and what went over the link for it. */
export interface SentRequest extends SentParts {
  readonly begin: RequestBegin;
  readonly asked: AskedFarEnd;
  readonly atWallMs: number;
  /** When a question of the chat was asked since; undefined where none was. */
  readonly chatAtWallMs: number | undefined;
  /** What has passed the link since the request before, up to a question of the chat. */
  readonly upBytes: number;
}

/** Remembers the last request of the window, and nothing before it. What it holds is shown on demand and goes nowhere else. */
export class LastRequest {
  readonly #traffic: Traffic;
  readonly #wallMs: () => number;
  /** Of the documents that were opened over the link, by number. */
  readonly #paths = new Map<number, string>();
  #edits: SentPart[] = [];
  #parts: SentPart[] = [];
  #partChars = 0;
  #moreParts = 0;
  #sent: Omit<SentRequest, "parts" | "moreParts" | "upBytes"> | undefined;
  #upBytesBefore: number;
  /** What had passed when a question of the chat, or another far end, came; undefined while all is of the request. */
  #upBytesAtEnd: number | undefined;
  #hasLeft = false;

  constructor(traffic: Traffic, wallMs: () => number) {
    this.#traffic = traffic;
    this.#wallMs = wallMs;
    this.#upBytesBefore = traffic.upBytes;
  }

  /** What the far end was sent that it is now, where nothing was asked yet: it has a document before the first key. */
  get early(): SentParts {
    return this.#sent
      ? { parts: [], moreParts: 0 }
      : { parts: this.#parts, moreParts: this.#moreParts };
  }

  /** Undefined before the first one. */
  get sent(): SentRequest | undefined {
    if (!this.#sent) return undefined;
    const upBytes = (this.#upBytesAtEnd ?? this.#traffic.upBytes) - this.#upBytesBefore;
    return { ...this.#sent, parts: this.#parts, moreParts: this.#moreParts, upBytes };
  }

  /** A request is about to be made: what was sent for the one before is forgotten. */
  began(begin: RequestBegin, asked: AskedFarEnd): void {
    this.#sent = { begin, asked, atWallMs: this.#wallMs(), chatAtWallMs: undefined };
    this.#forget();
    this.#parts = this.#edits; // they leave with it
    this.#edits = [];
    this.#upBytesBefore = this.#traffic.upBytes;
    this.#upBytesAtEnd = undefined;
    this.#hasLeft = false;
  }

  /** A question of the chat is about to be asked: its bytes are none of the request's. */
  chatBegan(): void {
    this.#upBytesAtEnd ??= this.#traffic.upBytes;
    if (this.#sent) this.#sent = { ...this.#sent, chatAtWallMs: this.#wallMs() };
  }

  /** The far end becomes another one: what is said from now on is not of the last request. */
  left(): void {
    if (!this.#sent) {
      this.#forget();
      return;
    }
    this.#upBytesAtEnd ??= this.#traffic.upBytes;
    this.#hasLeft = true;
  }

  /** Something happened to a document. */
  followed(event: DocumentEvent): void {
    if (event.kind !== "edited" || event.document.isConfined) return;
    for (const edit of event.edits) this.#edited(event.document.path, edit);
  }

  /** The window's link says something to the gateway. */
  said(message: ClientMessage): void {
    if (message.kind === "hello") this.#paths.clear(); // another connection has its own numbers
    if (message.kind === "open") this.#paths.set(message.document, message.name.path);
    if (message.kind === "open" || message.kind === "fill") this.#put(message, message.document);
    if (message.kind === "put") this.#put({ kind: "put", offset: 0, text: message.text }, 0);
    if (message.kind === "close") this.#paths.delete(message.document);
  }

  #forget(): void {
    this.#parts = [];
    this.#partChars = 0;
    this.#moreParts = 0;
  }

  #put({ kind, offset, text }: Pick<SentPart, "kind" | "offset" | "text">, document: number): void {
    if (this.#hasLeft) return;
    if (this.#partChars >= maxPartChars) {
      this.#moreParts++;
      return;
    }
    this.#partChars += text.length;
    this.#parts.push({
      kind,
      path: this.#paths.get(document) ?? "",
      offset,
      deletedChars: 0,
      text,
    });
  }

  #edited(path: string, { offset, deletedChars, text }: Edit): void {
    if (this.#edits.length >= maxEdits) this.#edits.shift();
    this.#edits.push({ kind: "edit", path, offset, deletedChars, text });
  }
}

/** A link that is dialled again and again sends the documents each time, also while nobody types. */
const maxPartChars = 1_000_000;
/** Between two requests; a person at the keyboard makes few. */
const maxEdits = 1_000;
