import * as z from "zod/mini";
import { failureCodes } from "../base/failure.ts";

/** More than this is told as the folders they are in. */
export const maxChangedPaths = 1_000;

const draftingSchema = z.object({
  /** How sure the engine must be of what it says. */
  suggestions: z.enum(["quiet", "balanced", "eager"]),
  /** Whether a model is asked too, here or by the window: it is heard before a draft that is only hoped to be right. */
  hasModel: z.boolean(),
  /** Whether the model is not asked where the draft is nearly certain. */
  sparesModel: z.boolean(),
});

/** What the window tells its local child as it happens. PROTOCOL.md section 11. */
export const windowNoticeSchema = z.union([
  /** Absolute paths at which something was saved, created, renamed or deleted. */
  z.object({ changed: z.array(z.string()).check(z.maxLength(maxChangedPaths)) }),
  /** How the engine is to draft. */
  z.object({ drafting: draftingSchema }),
  /** The person wants to see what was sent to the model's server last: the child answers with `sent`. */
  z.object({ wantsSent: z.literal(true) }),
]);

const sentSchema = z.object({
  /** The server's address, without anything that may be a key. */
  to: z.string(),
  body: z.string(),
  /** What it was for: code at a cursor, to read such a place ahead, or a question of the chat. */
  work: z.enum(["completion", "warming", "chat"]),
  /** When it was sent, by the clock on the wall, which both processes share. */
  atWallMs: z.number(),
});

/** What the local child tells its window. */
export const childNoticeSchema = z.union([
  /** How much of the project the engine has read of what there is to read, from 0 to 1. */
  z.object({ learnedShare: z.number().check(z.minimum(0), z.maximum(1)) }),
  /** The last body for each work that was sent to the model's server. */
  z.object({ sent: z.array(sentSchema) }),
  /** Why a model is left alone, though another one may answer in its place. */
  z.object({ leftAlone: z.object({ code: z.enum(failureCodes), message: z.string() }) }),
]);

export type SentNotice = z.infer<typeof sentSchema>;

export type DraftingWish = z.infer<typeof draftingSchema>;
export type WindowNotice = z.infer<typeof windowNoticeSchema>;
export type ChildNotice = z.infer<typeof childNoticeSchema>;
