/** What the chat's view and the extension say to each other. Either end parses what it gets. */
import * as z from "zod/mini";
import { exchangeSchema } from "./conversation.ts";

/** Longer texts are no question, and no code that somebody takes from an answer. */
const maxTextChars = 1_000_000;
const text = z.string().check(z.maxLength(maxTextChars));
const id = z.string().check(z.maxLength(64));

const chip = z.object({ id, label: z.string() });
const exchange = z.object({
  ...exchangeSchema.shape,
  attachments: z.array(z.string()),
});

/** What the view shows instead of a place to ask: nothing, or why nobody would answer. */
const readiness = z.enum(["ready", "connecting", "no-model"]);

const toView = z.discriminatedUnion("type", [
  /** All of the conversation, in the place of what is shown. */
  z.object({ type: z.literal("conversation"), exchanges: z.array(exchange) }),
  /** What was added to the answer that is coming. */
  z.object({ type: z.literal("text"), exchangeId: id, text: z.string() }),
  /** An answer's new state; the text only where it is not what the pieces were. */
  z.object({ type: z.literal("answer"), exchange }),
  z.object({ type: z.literal("chips"), chips: z.array(chip) }),
  z.object({ type: z.literal("readiness"), readiness, model: z.string() }),
  z.object({ type: z.literal("focus") }),
]);

const fromView = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("ask"), text, replaces: z.optional(id) }),
  z.object({ type: z.literal("edit"), exchangeId: id }),
  z.object({ type: z.literal("leaveEdit") }),
  z.object({ type: z.literal("stop") }),
  z.object({ type: z.literal("askAgain"), exchangeId: id }),
  z.object({ type: z.literal("retract"), exchangeId: id }),
  z.object({ type: z.literal("attach") }),
  z.object({ type: z.literal("detach"), chipId: id }),
  z.object({
    type: z.literal("code"),
    action: z.enum(["insert", "replace", "copy", "open"]),
    text,
    languageId: z.string().check(z.maxLength(64)),
  }),
  z.object({ type: z.literal("setUp") }),
]);

export type ToView = z.infer<typeof toView>;
export type FromView = z.infer<typeof fromView>;
/** An exchange as the view has it: of the attachments only what they are called. */
export type ShownExchange = z.infer<typeof exchange>;
export type Readiness = z.infer<typeof readiness>;

/** Undefined for what is no message of the extension's. */
export const parseToView = (value: unknown): ToView | undefined => z.safeParse(toView, value).data;

/** Undefined for what is no message of the view's. */
export const parseFromView = (value: unknown): FromView | undefined =>
  z.safeParse(fromView, value).data;

/** The texts that the view shows, in the language of the editor. */
export const textKeys = [
  "placeholder",
  "send",
  "stop",
  "attach",
  "remove",
  "you",
  "answer",
  "copy",
  "insert",
  "replace",
  "open",
  "askAgain",
  "askAfresh",
  "badAnswer",
  "edit",
  "editing",
  "cancelEdit",
  "cached",
  "shortened",
  "cut",
  "withheld",
  "retracted",
  "stopped",
  "answering",
  "answered",
  "failed",
  "code",
  "codeIn",
  "empty",
  "connecting",
  "noModel",
  "setUp",
  "conversation",
] as const;

export type TextKey = (typeof textKeys)[number];
export type ViewTexts = Readonly<Record<TextKey, string>>;
