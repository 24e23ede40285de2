import * as z from "zod/mini";
import { Failure } from "../base/failure.ts";
import { maxChats, maxNameChars, maxSessionChars } from "./limits.ts";
import type { CompressionKind, Hello, Welcome } from "./messages.ts";

const compressionKinds = ["zstd-dictionary", "zstd", "deflate", "none"] as const;

/** Kinds that a newer client knows and this end does not are passed over. */
const compressionSchema = z.pipe(
  z.array(z.unknown()).check(z.maxLength(16)),
  z.transform((offered): readonly CompressionKind[] =>
    offered.flatMap((kind) => compressionKinds.find((known) => known === kind) ?? []),
  ),
);

const sessionSchema = z._default(z.string().check(z.maxLength(maxSessionChars)), "");
const sizeSchema = z.int().check(z.gte(0));

const resumedChatSchema = z.object({
  stream: z.int().check(z.gte(1), z.lte(0xffff_ffff)),
  receivedBytes: sizeSchema,
  takenBytes: sizeSchema,
});

const helloSchema = z.object({
  protocolVersion: z.int().check(z.gte(1)),
  client: z.string().check(z.maxLength(maxNameChars)),
  // A client of another version need not say these.
  compression: z._default(compressionSchema, ["none"]),
  dictionary: z._default(z.string().check(z.maxLength(64)), ""),
  isPadded: z._default(z.boolean(), false),
  takesUpstream: z.optional(z.boolean()),
  session: sessionSchema,
  resume: z._default(z.array(resumedChatSchema).check(z.maxLength(maxChats)), []),
});

const welcomeSchema = z.object({
  protocolVersion: z.int().check(z.gte(1)),
  gateway: z.string().check(z.maxLength(maxNameChars)),
  upstream: z.string().check(z.maxLength(maxNameChars)),
  maxStreams: z.int().check(z.gte(1), z.lte(65_536)),
  compression: z._default(z.enum(compressionKinds), "none"),
  session: sessionSchema,
  resumed: z._default(z.array(z.boolean()).check(z.maxLength(maxChats)), []),
});

/** Reads the JSON of a hello frame; anything unexpected is a `protocol` failure. */
export function parseHello(json: string): Hello {
  return parse(helloSchema, json, "hello");
}

/** Reads the JSON of a welcome frame; anything unexpected is a `protocol` failure. */
export function parseWelcome(json: string): Welcome {
  return parse(welcomeSchema, json, "welcome");
}

function parse<T>(schema: z.ZodMiniType<T>, json: string, what: string): T {
  try {
    return schema.parse(JSON.parse(json));
  } catch (error) {
    throw new Failure("protocol", `the ${what} message is not what the protocol says`, error);
  }
}
