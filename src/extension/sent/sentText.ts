import type { SentPart, SentParts, SentRequest } from "./lastRequest.ts";

/** What the window's own gateway sent to the model's server last. */
export interface SentBody {
  /** The server's address, without anything that may be a key. */
  readonly to: string;
  readonly body: string;
  /** What it was for: code at a cursor, to read such a place ahead, or a question of the chat. */
  readonly work: "completion" | "warming" | "chat";
  readonly atWallMs: number;
}

/** All that is known of the last request. */
export interface SentFacts {
  readonly request: SentRequest | undefined;
  /** What a gateway on another machine was sent before the first request; undefined where there is none. */
  readonly early: (SentParts & { readonly gateway: string }) | undefined;
  /** The last for each work; none where certainly nothing was sent to a model's server from here; undefined where that cannot be told any more. */
  readonly model: readonly SentBody[] | undefined;
  /** What is not sent, and why: a sentence each. */
  readonly heldBack: readonly string[];
  /** The editor's own, as `zh-cn`: times are said in it. */
  readonly language: string;
}

/** Takes English and what stands in it for `{0}` and so on to the language of the editor: `vscode.l10n` does. */
export interface Translator {
  t(text: string, ...values: (string | number)[]): string;
}

/** The document that shows what was sent: plain text, every piece as it left. */
export function sentText(facts: SentFacts, l10n: Translator): string {
  const { request, model, language } = facts;
  const timeOf = (wallMs: number) => new Date(wallMs).toLocaleTimeString(language);
  if (!request) return `${beforeTheFirst(facts, timeOf, l10n).join("\n\n")}\n`;
  const { hostedGateway } = request.asked;
  const sections = [
    head(request, timeOf(request.atWallMs), l10n),
    hostedGateway === undefined
      ? fromHere(request, model, timeOf, l10n)
      : overTheLink(request, hostedGateway, timeOf, l10n),
    heldBack(facts.heldBack, l10n),
  ];
  return `${sections.join("\n\n")}\n`;
}

type TimeOf = (wallMs: number) => string;

/** A place is read ahead before anything is asked. */
function beforeTheFirst(
  { early, model = [] }: SentFacts,
  timeOf: TimeOf,
  l10n: Translator,
): readonly string[] {
  const nothing = l10n.t("No completion has been asked for since the window opened.");
  if (!early) return [nothing, ...bodies(model, timeOf, l10n)];
  const pieces = piecesOf(early, l10n);
  if (pieces.length === 0) return [nothing];
  const title = l10n.t(
    "Over the link to {0}, so that it has what may be asked about",
    early.gateway,
  );
  return [nothing, section(title, pieces.join("\n"))];
}

/** What this window's own gateway has sent. */
function fromHere(
  request: SentRequest,
  model: SentFacts["model"],
  timeOf: TimeOf,
  l10n: Translator,
): string {
  if (model === undefined) return unknown(l10n);
  if (model.length === 0) return nothingLeft(request, l10n);
  const ofRequest = model.some(
    ({ work, atWallMs }) => work === "completion" && atWallMs >= request.atWallMs,
  );
  const none = l10n.t("For the last request the model's server has been sent nothing.");
  return [...(ofRequest ? [] : [none]), ...bodies(model, timeOf, l10n)].join("\n\n");
}

/** Those for code first. */
function bodies(all: readonly SentBody[], timeOf: TimeOf, l10n: Translator): readonly string[] {
  const works = ["completion", "warming", "chat"] as const;
  return works
    .flatMap((work) => all.filter((each) => each.work === work))
    .map((each) => toTheModel(each, timeOf, l10n));
}

function head({ begin }: SentRequest, at: string, l10n: Translator): string {
  const { snapshot, ask } = begin;
  const line = snapshot.before.split("\n").length;
  const isWhole = snapshot.before.length === snapshot.offset;
  const place = isWhole ? l10n.t("line {0}", line) : l10n.t("character {0}", snapshot.offset);
  const why = ask.ahead
    ? l10n.t("Asked ahead, for what comes behind text that is known already.")
    : l10n.t("Asked for what comes at the cursor.");
  return [
    l10n.t("The last request: {0}, {1}, {2}", snapshot.path, place, at),
    why,
    l10n.t("This page is made now, from memory. It is stored nowhere and is in no log."),
  ].join("\n");
}

function overTheLink(
  request: SentRequest,
  gateway: string,
  timeOf: TimeOf,
  l10n: Translator,
): string {
  const { upBytes, chatAtWallMs } = request;
  const title = l10n.t(
    "Over the link to {0}: {1} bytes in frames, since the request before",
    gateway,
    upBytes,
  );
  const pieces = piecesOf(request, l10n);
  if (pieces.length === 0)
    pieces.push(l10n.t("The cursor's place alone: the gateway holds the document from before."));
  if (chatAtWallMs !== undefined) pieces.push(chatBehind(timeOf(chatAtWallMs), l10n));
  return section(title, pieces.join("\n"));
}

function piecesOf({ parts, moreParts }: SentParts, l10n: Translator): string[] {
  const pieces = parts.map((part) => piece(partTitle(part, l10n), part.text));
  if (moreParts > 0) pieces.push(l10n.t("And {0} more pieces, which are not kept.", moreParts));
  return pieces;
}

const chatBehind = (at: string, l10n: Translator): string =>
  l10n.t(
    "A question of the chat was asked after it, at {0}: what was sent for that, and its bytes, are not among this.",
    at,
  );

function partTitle({ kind, path, offset, deletedChars, text }: SentPart, l10n: Translator): string {
  switch (kind) {
    case "open":
      return l10n.t(
        "Of {0}, from character {1}, {2} long: a window round the cursor, since the gateway did not have the document yet",
        path,
        offset,
        text.length,
      );
    case "fill":
      return l10n.t(
        "Of {0}, from character {1}, {2} long: more of it, so that a later request need not send it",
        path,
        offset,
        text.length,
      );
    case "put":
      return l10n.t("Of another file, {0} long: it helps with what is written here", text.length);
    case "edit":
      return l10n.t(
        "Typed in {0} at character {1}, {2} long, in the place of {3}: since the request before",
        path,
        offset,
        text.length,
        deletedChars,
      );
  }
}

function toTheModel(
  { to, body, work, atWallMs }: SentBody,
  timeOf: TimeOf,
  l10n: Translator,
): string {
  const bytes = new TextEncoder().encode(body).length;
  const place = [to, timeOf(atWallMs), bytes] as const;
  const fields = fieldsOf(body).map(([name, text]) => piece(fieldTitle(name, text, l10n), text));
  return section(bodyTitle(work, place, l10n), fields.join("\n"));
}

function bodyTitle(
  work: SentBody["work"],
  place: readonly [to: string, at: string, bytes: number],
  l10n: Translator,
): string {
  switch (work) {
    case "completion":
      return l10n.t(
        "To the model's server {0}: the last body that was sent for a completion, at {1}, {2} bytes",
        ...place,
      );
    case "warming":
      return l10n.t(
        "To the model's server {0}: the last body that was sent for it to read a place ahead, at {1}, {2} bytes",
        ...place,
      );
    case "chat":
      return l10n.t(
        "To the model's server {0}: the last body that was sent for a question of the chat, at {1}, {2} bytes",
        ...place,
      );
  }
}

/** The fields of a JSON body, its texts as they are. */
function fieldsOf(body: string): readonly (readonly [string, string])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [["", body]];
  }
  if (typeof parsed !== "object" || parsed === null) return [["", body]];
  return Object.entries(parsed).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value, undefined, 2),
  ]);
}

function fieldTitle(name: string, text: string, l10n: Translator): string {
  switch (name) {
    case "prompt":
      return l10n.t(
        "{0}, {1} long: the text above the cursor, or its line where the lines above are apart",
        name,
        text.length,
      );
    case "input_prefix":
      return l10n.t(
        "{0}, {1} long: the lines above the cursor, cut at a line's start to what the model is given",
        name,
        text.length,
      );
    case "suffix":
    case "input_suffix":
      return l10n.t(
        "{0}, {1} long: the text below the cursor, cut at a line's end to what the model is given",
        name,
        text.length,
      );
    default:
      return l10n.t(
        "{0}: a setting of the request, or text under a name that is not explained here",
        name,
      );
  }
}

const unknown = (l10n: Translator): string =>
  section(
    l10n.t("What the model's server was sent for this cannot be told any more"),
    l10n.t(
      "This window's gateway was started again since, or does not answer: what it has sent is forgotten. It had a model to ask, so that text of this file may have left the machine.",
    ),
  );

function nothingLeft({ begin }: SentRequest, l10n: Translator): string {
  const { before, after, path, languageId } = begin.snapshot;
  const pieces = [
    piece(
      l10n.t("Above the cursor, the {0} characters that were looked at here", before.length),
      before,
    ),
    piece(
      l10n.t("Below the cursor, the {0} characters that were looked at here", after.length),
      after,
    ),
  ];
  const note = l10n.t(
    "The engine in this window's own process was asked about {0} ({1}). It holds the document's text.",
    path,
    languageId,
  );
  return section(l10n.t("Nothing of this left the machine"), [note, ...pieces].join("\n"));
}

const heldBack = (sentences: readonly string[], l10n: Translator): string =>
  section(l10n.t("Held back"), sentences.map((sentence) => `- ${sentence}`).join("\n"));

const section = (title: string, content: string): string =>
  `${title}\n${"=".repeat(Math.min(80, title.length))}\n\n${content}`;

const ruler = "-".repeat(80);

const piece = (title: string, text: string): string => `${title}\n${ruler}\n${text}\n${ruler}\n`;
