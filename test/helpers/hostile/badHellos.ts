/** What is said before and instead of a right hello. */
import { ByteWriter } from "../../../src/wire/bytes.ts";
import { protocolVersion } from "../../../src/wire/limits.ts";
import type { BadPayloads } from "./badPayloads.ts";
import { goodConversation, helloWith } from "./conversation.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const protocol = [4400];
const harmless = ["answered"] as const;
const jsonHello = (json: string): Uint8Array => new ByteWriter().byte(0xa0).rest(json).finish();
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

/** Before and instead of the hello. */
export const badHellos: readonly BadPayloads[] = [
  ...goodConversation()
    .slice(1)
    .map((payload, index): BadPayloads => [`frame ${index} before hello`, [payload], protocol]),
  ["a reset before hello", [bytes(0xff)], protocol],
  ["a compressed frame before hello", [bytes(0xfe, 1, 2)], protocol],
  ["an empty frame before hello", [bytes()], protocol],
  ["hello twice", [helloWith(), helloWith()], protocol],
  ...["", "{", "null", "[]", '"x"', "1e999", nested(200_000), '{"protocolVersion":2}'].map(
    (json): BadPayloads => [`hello ${json.slice(0, 20)}`, [jsonHello(json)], protocol],
  ),
  ...[
    `{"protocolVersion":"2","client":"x"}`,
    `{"protocolVersion":2.5,"client":"x"}`,
    `{"protocolVersion":-2,"client":"x"}`,
    `{"protocolVersion":1e308,"client":"x"}`,
    `{"protocolVersion":${"9".repeat(100_000)},"client":"x"}`,
    `{"protocolVersion":2,"client":${nested(100_000)}}`,
    `{"protocolVersion":2,"client":"${"x".repeat(201)}"}`,
    `{"protocolVersion":2,"client":"x","compression":"zstd"}`,
    `{"protocolVersion":2,"client":"x","compression":[${'"none",'.repeat(99)}"none"]}`,
    `{"protocolVersion":2,"client":"x","dictionary":"${"a".repeat(65)}"}`,
    `{"protocolVersion":2,"client":"x","isPadded":"yes"}`,
    `{"__proto__":{"protocolVersion":2,"client":"x"}}`,
  ].map((json): BadPayloads => [`hello ${json.slice(0, 50)}`, [jsonHello(json)], protocol]),
  ...[
    `{"protocolVersion":2,"client":"x","__proto__":{"compression":["zstd"],"isPadded":true}}`,
    `{"protocolVersion":2,"client":"x","constructor":{"prototype":{"isPadded":true}}}`,
    `{"protocolVersion":2,"client":"x","compression":["constructor","__proto__"]}`,
    `{"protocolVersion":2,"client":"x","unknown":${nested(100_000)}}`,
  ].map((json): BadPayloads => [`hello ${json.slice(33, 90)}`, [jsonHello(json)], harmless]),
  [
    "another version",
    [jsonHello(`{"protocolVersion":${protocolVersion + 1},"client":"x"}`)],
    [4406],
  ],
  ["a hello that is no UTF-8", [bytes(0xa0, 0xc3, 0x28)], protocol],
];
