import * as z from "zod/mini";
import { laneChoices, serverKinds, waysToComplete } from "./upstreams/upstream.ts";

const limits = {
  firstTextTimeoutMs: z.number().check(z.positive()),
  maxTokens: z.int().check(z.positive()),
};

const upstreamSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.enum(serverKinds),
    url: z.string(),
    model: z.string(),
    completeBy: z.optional(z.enum(waysToComplete)),
    apiKey: z.optional(z.string()),
    ...limits,
  }),
  z.object({
    kind: z.literal("openai-responses"),
    url: z.string(),
    model: z.string(),
    apiKey: z.optional(z.string()),
    lanes: z.enum(laneChoices),
    interrupts: z.boolean(),
    ...limits,
  }),
  z.object({
    kind: z.literal("gguf"),
    model: z.string(),
    nodeLlamaCppFolder: z.string(),
    ...limits,
  }),
]);

/** What the window tells its local gateway child on standard input, once, as one line of JSON. */
export const startMessageSchema = z.object({
  /** The Unix socket or named pipe to listen on; absent when the child only serves its pipe. */
  socketPath: z.optional(z.string().check(z.minLength(1))),
  /** What the window will say in `Authorization`. */
  token: z.string().check(z.minLength(32)),
  /** The workspace folders the engine learns from, under the names paths begin with. */
  roots: z.array(z.object({ name: z.string(), folder: z.string() })),
  upstream: z.optional(upstreamSchema),
  /** Asked in this order where that one does not answer. */
  fallbacks: z._default(z.array(upstreamSchema), []),
  /** Whether the next one is asked too when one is late. */
  isHedging: z._default(z.boolean(), false),
});

export type StartMessage = z.infer<typeof startMessageSchema>;
