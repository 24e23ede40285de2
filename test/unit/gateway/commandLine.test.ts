import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseCommandLine, usage } from "../../../src/gateway/commandLine.ts";
import { defaultChoosing, defaultLimits } from "../../../src/gateway/choosing/upstreams.ts";
import { Failure } from "../../../src/base/failure.ts";
import { makeCertificate, type Certificate } from "../../helpers/certificate.ts";

const right = {
  listen: "127.0.0.1:8700",
  "token-file": "/etc/tokens",
  upstream: "llama.cpp",
  "upstream-url": "http://127.0.0.1:8080",
};

function parse(changes: Readonly<Record<string, string | undefined>> = {}, more: string[] = []) {
  const values: Readonly<Record<string, string | undefined>> = { ...right, ...changes };
  const options = Object.entries(values);
  const args = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  return parseCommandLine([...args, ...more], {});
}

const isSettings = (words: RegExp) => (error: unknown) =>
  error instanceof Failure &&
  error.code === "settings" &&
  words.test(error.message) &&
  !error.message.includes("\n");

describe("the command line of a hosted gateway", () => {
  it("says what to do", () => {
    assert.deepEqual(parse(), {
      host: "127.0.0.1",
      port: 8700,
      tls: undefined,
      tokenFile: "/etc/tokens",
      models: {
        upstreams: [
          {
            settings: {
              kind: "llama.cpp",
              url: "http://127.0.0.1:8080",
              model: "",
              completeBy: "auto",
              apiKey: undefined,
              firstTextTimeoutMs: 10_000,
              maxTokens: 96,
            },
            limits: defaultLimits,
          },
        ],
        choosing: defaultChoosing,
      },
    });
  });

  it("takes the key from the environment and never from an option", () => {
    const args = Object.entries(right).flatMap(([name, value]) => [`--${name}`, value]);
    const { models } = parseCommandLine(args, { SLIPSTREAM_UPSTREAM_KEY: "secret" });
    assert.equal(models.upstreams[0]?.settings.apiKey, "secret");
    assert.throws(() => parse({}, ["--upstream-key", "secret"]), isSettings(/upstream-key/));
  });

  it("takes every option that its help names, and its help names every option", () => {
    const settings = parse(
      { "upstream-model": "tiny", "first-text-timeout-ms": "500", "max-tokens": "7" },
      ["--behind-proxy"],
    );
    const [upstream] = settings.models.upstreams;
    const { model, firstTextTimeoutMs, maxTokens } = upstream?.settings ?? {};
    assert.deepEqual([model, firstTextTimeoutMs, maxTokens], ["tiny", 500, 7]);
    const named = ["listen", "token-file", "upstream", "upstream-url", "upstream-model"];
    const more = [
      "complete-by",
      "first-text-timeout-ms",
      "max-tokens",
      "tls-cert",
      "tls-key",
      "behind-proxy",
      "upstream-lanes",
      "upstream-interrupts",
      "config",
    ];
    for (const name of [...named, ...more]) assert.ok(usage.includes(`--${name}`), name);
  });

  it("needs no address for OpenAI's own, but a model", () => {
    const openai = { upstream: "openai-responses", "upstream-url": "" };
    const { models } = parse({ ...openai, "upstream-model": "tiny" });
    assert.deepEqual(models.upstreams[0]?.settings, {
      ...{ kind: "openai-responses", url: "", model: "tiny", completeBy: "auto" },
      ...{ apiKey: undefined, firstTextTimeoutMs: 10_000, maxTokens: 96 },
      ...{ lanes: "auto", interrupts: false },
    });
    assert.throws(() => parse(openai), isSettings(/--upstream-model is missing/));
    const wrongLanes = { ...openai, "upstream-model": "tiny", "upstream-lanes": "many" };
    assert.throws(
      () => parse(wrongLanes),
      isSettings(/--upstream-lanes takes one of auto, on, off, not many/),
    );
  });

  const addresses: readonly (readonly [listen: string, host: string, port: number])[] = [
    ["127.0.0.1:0", "127.0.0.1", 0],
    ["127.8.9.10:65535", "127.8.9.10", 65_535],
    ["localhost:8700", "localhost", 8_700],
    ["[::1]:8700", "::1", 8_700],
  ];
  for (const [listen, host, port] of addresses) {
    it(`listens on ${listen}`, () => {
      const settings = parse({ listen });
      assert.deepEqual([settings.host, settings.port], [host, port]);
    });
  }

  for (const listen of [
    "0.0.0.0:8700",
    "[::]:8700",
    "example.com:443",
    "10.0.0.1:80",
    "127.0.0.1.evil.com:80",
    "[::ffff:10.0.0.1]:80",
    "localhost.evil.com:80",
  ]) {
    it(`does not listen on ${listen} without TLS, unless a proxy has it`, () => {
      assert.throws(() => parse({ listen }), isSettings(/is not a loopback address.*--tls-cert/));
      assert.ok(parse({ listen }, ["--behind-proxy"]).port > 0);
    });
  }

  const wrong: readonly (readonly [Readonly<Record<string, string | undefined>>, RegExp])[] = [
    [{ listen: undefined }, /--listen is missing/],
    [{ listen: "" }, /--listen is missing/],
    [{ "token-file": undefined }, /--token-file is missing/],
    [{ upstream: undefined }, /--upstream is missing/],
    [{ "complete-by": "magic" }, /--complete-by takes one of auto, fim, instruct, not magic/],
    [{ "upstream-url": undefined }, /--upstream-url is missing/],
    [{ upstream: "ollama" }, /--upstream-model is missing/],
    [{ upstream: "mistral" }, /--upstream-model is missing/],
    [{ upstream: "anthropic" }, /--upstream-model is missing/],
    [
      { upstream: "gpt" },
      /--upstream takes one of openai-responses, openai-compatible, .*, not gpt/,
    ],
    [{ listen: "8700" }, /--listen takes HOST:PORT/],
    [{ listen: ":8700" }, /--listen takes HOST:PORT/],
    [{ listen: "127.0.0.1" }, /--listen takes HOST:PORT/],
    [{ listen: "127.0.0.1:" }, /--listen takes HOST:PORT/],
    [{ listen: "127.0.0.1:70000" }, /--listen takes HOST:PORT/],
    [{ listen: "127.0.0.1:http" }, /--listen takes HOST:PORT/],
    [{ listen: "::1:8700" }, /--listen takes HOST:PORT/],
    [{ listen: "http://127.0.0.1:80" }, /--listen takes HOST:PORT/],
    [{ "max-tokens": "0" }, /--max-tokens takes a whole number above 0/],
    [{ "max-tokens": "1.5" }, /--max-tokens takes a whole number/],
    [{ "max-tokens": "ten" }, /--max-tokens takes a whole number/],
    [{ "max-tokens": "9999999999" }, /--max-tokens takes a whole number/],
    [{ "first-text-timeout-ms": "-1" }, /first-text-timeout-ms/],
    [{ "first-text-timeout-ms": "1e3" }, /--first-text-timeout-ms takes a whole number/],
    [{ "tls-cert": "/tmp/cert" }, /--tls-cert and --tls-key go together/],
    [{ "tls-key": "/tmp/key" }, /--tls-cert and --tls-key go together/],
    [{ "tls-cert": "/no/cert", "tls-key": "/no/key" }, /\/no\/cert cannot be read/],
    [{ colour: "red" }, /colour/],
  ];
  for (const [changes, words] of wrong) {
    it(`is refused with one clear sentence: ${JSON.stringify(changes)}`, () => {
      assert.throws(() => parse(changes), isSettings(words));
    });
  }

  it("is refused with what is no option, and with an option that lacks its value", () => {
    assert.throws(() => parse({}, ["serve"]), isSettings(/serve/));
    assert.throws(() => parse({}, ["--max-tokens"]), isSettings(/max-tokens/));
  });
});

describe("the certificate of a hosted gateway", () => {
  let folder: string;
  let certificate: Certificate | undefined;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "certificate-"));
    certificate = makeCertificate(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read and lets the gateway listen on every address", (t) => {
    if (!certificate) {
      t.skip("no openssl here");
      return;
    }
    const { certFile, keyFile } = certificate;
    const { tls } = parse({ listen: "[::]:8700", "tls-cert": certFile, "tls-key": keyFile });
    assert.match(tls?.cert.toString() ?? "", /BEGIN CERTIFICATE/);
    assert.match(tls?.key.toString() ?? "", /BEGIN PRIVATE KEY/);
  });

  it("is refused when it is none, or the key is another one's", (t) => {
    const nonsense = join(folder, "nonsense.pem");
    writeFileSync(nonsense, "nonsense");
    const refused = isSettings(/--tls-cert and --tls-key are not a certificate and its key/);
    assert.throws(() => parse({ "tls-cert": nonsense, "tls-key": nonsense }), refused);
    if (!certificate) {
      t.skip("no openssl here");
      return;
    }
    const otherFolder = mkdtempSync(join(folder, "other-"));
    const other = makeCertificate(otherFolder)?.keyFile;
    assert.throws(() => parse({ "tls-cert": certificate?.certFile, "tls-key": other }), refused);
  });

  describe("with a configuration file", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "config-"));
    });
    after(() => {
      rmSync(folder, { recursive: true });
    });
    const none = { upstream: undefined, "upstream-url": undefined };
    const fileOf = (content: string): string => {
      const file = join(folder, "gateway.json");
      writeFileSync(file, content);
      return file;
    };

    it("takes its upstreams from there", () => {
      const upstreams = [{ kind: "llama.cpp", url: "http://a" }];
      const { models } = parse({ ...none, config: fileOf(JSON.stringify({ upstreams })) });
      assert.deepEqual(
        models.upstreams.map(({ settings }) => settings.url),
        ["http://a"],
      );
    });

    it("does not take an upstream's options beside it", () => {
      const config = fileOf("{}");
      assert.throws(() => parse({ config }), isSettings(/--config and --upstream do not go/));
      const more = { ...none, "max-tokens": "5", config };
      assert.throws(() => parse(more), isSettings(/--config and --max-tokens do not go/));
    });

    it("says so when it cannot be read", () => {
      const config = join(folder, "none.json");
      assert.throws(() => parse({ ...none, config }), isSettings(/none.json cannot be read/));
    });
  });
});
