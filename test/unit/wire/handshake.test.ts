import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { parseHello, parseWelcome } from "../../../src/wire/handshake.ts";

const isProtocolFailure = (error: unknown): boolean =>
  error instanceof Failure && error.code === "protocol";
const welcome = { protocolVersion: 1, gateway: "g", upstream: "", maxStreams: 256 };

describe("hello", () => {
  it("is read, whatever else a newer client says", () => {
    const json = '{"protocolVersion":2,"client":"c","locale":"de","nested":{"a":[1]}}';
    assert.deepEqual(parseHello(json), { protocolVersion: 2, client: "c" });
  });

  it("sets no prototype and takes no field from one", () => {
    const read = parseHello(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"protocolVersion":1,"client":"c"}',
    );
    assert.deepEqual(read, { protocolVersion: 1, client: "c" });
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
    assert.equal("polluted" in {}, false);
    const inherited = '{"__proto__":{"protocolVersion":1,"client":"c"}}';
    assert.throws(() => parseHello(inherited), isProtocolFailure);
  });

  const wrong: readonly string[] = [
    "",
    "{",
    "null",
    "1",
    "[]",
    '"hello"',
    "{}",
    '{"protocolVersion":1}',
    '{"client":"c"}',
    '{"protocolVersion":"1","client":"c"}',
    '{"protocolVersion":0,"client":"c"}',
    '{"protocolVersion":-1,"client":"c"}',
    '{"protocolVersion":1.5,"client":"c"}',
    '{"protocolVersion":1e400,"client":"c"}',
    '{"protocolVersion":null,"client":"c"}',
    '{"protocolVersion":[1],"client":"c"}',
    '{"protocolVersion":1,"client":null}',
    '{"protocolVersion":1,"client":["c"]}',
    `{"protocolVersion":1,"client":"${"c".repeat(201)}"}`,
    '{"protocolVersion":1,"client":"c"}\u0000',
    '{"protocolVersion":1,"client":"c"}{}',
    '\ufeff{"protocolVersion":1,"client":"c"}',
    `${"[".repeat(200_000)}${"]".repeat(200_000)}`,
  ];
  for (const json of wrong) {
    it(`is refused: ${JSON.stringify(json.slice(0, 60))}`, () => {
      assert.throws(() => parseHello(json), isProtocolFailure);
    });
  }
});

describe("welcome", () => {
  it("is read, whatever else a newer gateway says", () => {
    assert.deepEqual(parseWelcome(JSON.stringify({ ...welcome, more: true })), welcome);
  });

  const wrong: readonly Readonly<Record<string, unknown>>[] = [
    { protocolVersion: "1" },
    { gateway: 1 },
    { gateway: "g".repeat(201) },
    { upstream: null },
    { upstream: "u".repeat(501) },
    { maxStreams: 0 },
    { maxStreams: -1 },
    { maxStreams: 1.5 },
    { maxStreams: 65_537 },
    { maxStreams: "256" },
    { maxStreams: undefined },
  ];
  for (const part of wrong) {
    it(`is refused with ${JSON.stringify(part).slice(0, 60)}`, () => {
      const json = JSON.stringify({ ...welcome, ...part });
      assert.throws(() => parseWelcome(json), isProtocolFailure);
    });
  }
});
