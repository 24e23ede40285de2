import * as z from "zod/mini";

/** Why a model cannot be used; `ggufFailures.ts` has the sentences. */
const whys = [
  "no-package",
  "package-fails",
  "no-file",
  "no-gguf",
  "model-fails",
  "no-infill",
  "too-slow",
] as const;

/** What the gateway tells the process of its model: first once what to load, then what to fill in. */
export const toModelSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("load"),
    file: z.string(),
    /** Where node-llama-cpp is looked for; empty for npm's global folder. */
    packageFolder: z.string(),
    minTokensPerS: z.number(),
  }),
  z.object({
    kind: z.literal("fill"),
    id: z.int(),
    path: z.string(),
    before: z.string(),
    after: z.string(),
    maxTokens: z.int(),
  }),
  z.object({ kind: z.literal("cancel"), id: z.int() }),
]);

/** What it answers: once whether it is ready, then to each `fill` any number of texts and one end. */
export const fromModelSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready"), tokensPerS: z.number() }),
  z.object({ kind: z.literal("unusable"), why: z.enum(whys), detail: z.string() }),
  z.object({ kind: z.literal("text"), id: z.int(), text: z.string() }),
  z.object({
    kind: z.literal("end"),
    id: z.int(),
    kept: z.int(),
    read: z.int(),
    written: z.int(),
  }),
  z.object({ kind: z.literal("failed"), id: z.int(), detail: z.string() }),
]);

export type ToModel = z.infer<typeof toModelSchema>;
export type FromModel = z.infer<typeof fromModelSchema>;
export type LoadMessage = Extract<ToModel, { kind: "load" }>;
export type Why = (typeof whys)[number];

/** A model that cannot be used, and what the machine says about it. */
export class Unusable extends Error {
  readonly why: Why;

  constructor(why: Why, detail: string) {
    super(detail);
    this.why = why;
  }

  /** For what the library or the system has thrown. */
  static from(thrown: unknown, why: Why): Unusable {
    if (thrown instanceof Unusable) return thrown;
    return new Unusable(why, thrown instanceof Error ? thrown.message : String(thrown));
  }
}
