import { createHash } from "node:crypto";
import type { DocumentName } from "./localDocuments.ts";

const idBytes = 16;
const wholeHashBytes = 8;

/** By what a document's whole content, its name included, is known again. PROTOCOL.md section 5.2. */
export function contentIdOf(name: Omit<DocumentName, "key">, text: string): Buffer {
  const { isConfined, path, languageId } = name;
  const head = `${isConfined ? "\u0001" : "\u0000"}${path}\u0000${languageId}\u0000`;
  return createHash("sha256").update(head).update(text).digest().subarray(0, idBytes);
}

/** What `verify` compares. It takes about a millisecond for each million characters: for idle time only. */
export function wholeHashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest().subarray(0, wholeHashBytes);
}
