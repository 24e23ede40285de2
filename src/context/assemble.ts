/**
 * context: from an editor snapshot to what is worth asking. Pure and synchronous: no editor, no I/O,
 * no clock. Today it is the place alone; texts of other files come in here.
 */
import type { CompletionAsk } from "../wire/messages.ts";
import type { Snapshot } from "./snapshot.ts";

/** An ask with the text round its cursor, which says what an answer may look like. */
export interface AssembledAsk extends CompletionAsk, Pick<Snapshot, "before" | "after"> {}

/** The ask for a snapshot. */
export function assemble(snapshot: Snapshot): AssembledAsk {
  const { documentKey, version, offset, before, after, isConfined } = snapshot;
  const place = { documentKey, documentVersion: version, offset, isConfined };
  return { ...place, before, after, snippets: [], keepsOlder: false };
}
