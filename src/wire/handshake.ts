import * as z from "zod/mini";
import { Failure } from "../base/failure.ts";
import { maxNameChars } from "./limits.ts";
import { type Welcome } from "./messages.ts";

const helloSchema = z.object({
  protocolVersion: z.int().check(z.gte(1)),
  client: z.string().check(z.maxLength(maxNameChars)),
});

const welcomeSchema = z.object({
  protocolVersion: z.int().check(z.gte(1)),
  gateway: z.string().check(z.maxLength(maxNameChars)),
  upstream: z.string().check(z.maxLength(maxNameChars)),
  maxStreams: z.int().check(z.gte(1), z.lte(65_536)),
});

/** Reads the JSON of a hello frame; anything unexpected is a `protocol` failure. */
export function parseHello(json: string): { protocolVersion: number; client: string } {
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
