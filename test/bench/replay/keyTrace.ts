import { readFile } from "node:fs/promises";
import * as z from "zod/mini";

const keyEvent = z.discriminatedUnion("op", [
  z.object({ t: z.number(), op: z.literal("ins"), text: z.string().check(z.minLength(1)) }),
  z.object({ t: z.number(), op: z.literal("del") }),
]);

const keyTrace = z.object({
  path: z.optional(z.string()),
  languageId: z.string(),
  final: z.string(),
  regionStart: z.number(),
  regionEnd: z.number(),
  events: z.array(keyEvent).check(z.minLength(2)),
});

/** One key at the cursor, `t` ms after the session began: text that it inserts, or one character deleted. */
export type KeyEvent = z.infer<typeof keyEvent>;

/**
 * A typing session: the file `final`, at `path` in its project where it has one, without its region from `regionStart` to `regionEnd` (UTF-16 offsets),
 * the cursor where the region was, and the keys that type it.
 */
export type KeyTrace = z.infer<typeof keyTrace>;

/** Reads a session from a `.keys.json` file; throws where it is not one. */
export async function readKeyTrace(file: string): Promise<KeyTrace> {
  return keyTrace.parse(JSON.parse(await readFile(file, "utf8")));
}
