import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Failure } from "../../../src/base/failure.ts";
import { parseHello, parseWelcome } from "../../../src/wire/handshake.ts";

const isProtocolFailure = (error: unknown): boolean =>
  error instanceof Failure && error.code === "protocol";
const hello = {
  protocolVersion: 2,
  client: "c",
  compression: ["zstd", "none"],
  dictionary: "d",
  isPadded: true,
  takesUpstream: true,
  session: "s",
  resume: [{ stream: 3, receivedBytes: 20, takenBytes: 10 }],
};
const noChats = { session: "", resume: [] };
const spare = { compression: ["none"], dictionary: "", isPadded: false, ...noChats };
const welcome = {
  protocolVersion: 2,
  gateway: "g",
  upstream: "",
  maxStreams: 256,
  compression: "deflate",
  session: "s",
  resumed: [true, false],
};

describe("hello", () => {
  it("is read, whatever else a newer client says", () => {
    const json = JSON.stringify({ ...hello, locale: "de", nested: { a: [1] } });
    assert.deepEqual(parseHello(json), hello);
  });

  it("of another version need say no more than its version and its name", () => {
    const read = parseHello('{"protocolVersion":1,"client":"c"}');
    assert.deepEqual(read, { protocolVersion: 1, client: "c", ...spare });
  });

  it("may name ways of compression that this end does not know: they are passed over", () => {
    const compressionOf = (offered: readonly unknown[]) =>
      parseHello(JSON.stringify({ ...hello, compression: offered })).compression;
    assert.deepEqual(compressionOf(["brotli", "zstd", 7, "none"]), ["zstd", "none"]);
    assert.deepEqual(compressionOf(["brotli", null, ["zstd"], "ZSTD", "toString"]), []);
    const kinds = ["none", "deflate", "zstd", "zstd-dictionary"];
    assert.deepEqual(compressionOf(kinds), kinds);
  });

  it("sets no prototype and takes no field from one", () => {
    const read = parseHello(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"protocolVersion":1,"client":"c"}',
    );
    assert.deepEqual(read, { protocolVersion: 1, client: "c", ...spare });
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
    '{"protocolVersion":2,"client":"c","compression":"zstd"}',
    '{"protocolVersion":2,"client":"c","compression":null}',
    `{"protocolVersion":2,"client":"c","compression":[${'"none",'.repeat(16)}"none"]}`,
    `{"protocolVersion":2,"client":"c","dictionary":"${"0".repeat(65)}"}`,
    '{"protocolVersion":2,"client":"c","dictionary":1}',
    '{"protocolVersion":2,"client":"c","isPadded":1}',
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

  it("without a word on compression means none", () => {
    const { protocolVersion, gateway, upstream, maxStreams } = welcome;
    const read = parseWelcome(JSON.stringify({ protocolVersion, gateway, upstream, maxStreams }));
    assert.equal(read.compression, "none");
  });

  it("of a gateway without chat has no session, and resumes nothing", () => {
    const { session, resumed, ...others } = welcome;
    assert.ok(session !== "" && resumed.length > 0);
    assert.deepEqual(parseWelcome(JSON.stringify(others)), { ...others, session: "", resumed: [] });
  });

  const wrong: readonly Readonly<Record<string, unknown>>[] = [
    { protocolVersion: "1" },
    { gateway: 1 },
    { gateway: "g".repeat(201) },
    { upstream: null },
    { upstream: "u".repeat(201) },
    { compression: "brotli" },
    { compression: ["none"] },
    { maxStreams: 0 },
    { maxStreams: -1 },
    { maxStreams: 1.5 },
    { maxStreams: 65_537 },
    { maxStreams: "256" },
    { maxStreams: undefined },
    { session: 1 },
    { session: "s".repeat(65) },
    { resumed: true },
    { resumed: [1] },
    { resumed: Array.from({ length: 9 }, () => true) },
  ];
  for (const part of wrong) {
    it(`is refused with ${JSON.stringify(part).slice(0, 60)}`, () => {
      const json = JSON.stringify({ ...welcome, ...part });
      assert.throws(() => parseWelcome(json), isProtocolFailure);
    });
  }
});
