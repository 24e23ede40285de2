import { type CompletionRequest, type Piece } from "../../src/wire/messages.ts";

/** A request as an editor makes one, with the parts a test cares about. */
export function aRequest(parts: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    path: "app/main.ts",
    languageId: "typescript",
    documentVersion: 1,
    before: "const a = ",
    after: ";\n",
    isConfined: false,
    ...parts,
  };
}

/** All texts of an answer, whoever wrote them. Throws what the answer throws. */
export async function textOf(pieces: AsyncIterable<Piece>): Promise<string> {
  let text = "";
  for await (const piece of pieces) if (piece.kind === "text") text += piece.text;
  return text;
}
