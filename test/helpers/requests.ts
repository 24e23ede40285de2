import { LocalDocuments } from "../../src/wire/localDocuments.ts";
import type { CompletionAsk, CompletionRequest, Piece } from "../../src/wire/messages.ts";
import { atCursor } from "./cursor.ts";

/** A request as a gateway answers one, with the parts a test cares about. */
export function aRequest(parts: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    path: "app/main.ts",
    languageId: "typescript",
    before: "const a = ",
    after: ";\n",
    isConfined: false,
    snippets: [],
    ...parts,
  };
}

/** What an ask is about, apart from the text. */
export interface AskParts extends Partial<Omit<CompletionAsk, "documentKey" | "documentVersion">> {
  /** Names the document; asks of one document supersede each other. */
  readonly path?: string;
  readonly languageId?: string;
}

/** The documents of one window, and asks about them as an editor makes them. */
export class AskedDocuments {
  readonly documents = new LocalDocuments();
  #lastVersion = 0;

  /** Opens a document where it is not open with this text, and asks in it at `█`. */
  ask(marked = "const a = █;\n", parts: AskParts = {}): CompletionAsk {
    const { before, after } = atCursor(marked);
    return this.askAt(before + after, before.length, parts);
  }

  /** The same with the cursor as a number. */
  askAt(text: string, offset: number, parts: AskParts = {}): CompletionAsk {
    const { path = "app/main.ts", languageId = "typescript", isConfined = false } = parts;
    const { snippets = [], keepsOlder = false, ahead } = parts;
    const key = `file:///${path}`;
    const held = this.documents.get(key);
    if (held?.text.whole() !== text || held.isConfined !== isConfined) {
      this.documents.open({ key, path, languageId, isConfined }, ++this.#lastVersion, text);
    }
    const documentVersion = this.documents.get(key)?.version ?? 0;
    const place = { documentKey: key, documentVersion, offset };
    return { ...place, isConfined, snippets, keepsOlder, ahead };
  }

  /** Types at an offset, as the editor's event tells it, and asks behind what was typed. */
  type(text: string, offset: number, parts: AskParts = {}): CompletionAsk {
    const { path = "app/main.ts", isConfined = false } = parts;
    const { snippets = [], keepsOlder = false, ahead } = parts;
    const documentKey = `file:///${path}`;
    const documentVersion = ++this.#lastVersion;
    this.documents.edit(documentKey, documentVersion, [{ offset, deletedChars: 0, text }]);
    const place = { documentKey, documentVersion, offset: offset + text.length };
    return { ...place, isConfined, snippets, keepsOlder, ahead };
  }
}

/** All texts of an answer, whoever wrote them. Throws what the answer throws. */
export async function textOf(pieces: AsyncIterable<Piece>): Promise<string> {
  let text = "";
  for await (const piece of pieces) if (piece.kind === "text") text += piece.text;
  return text;
}
