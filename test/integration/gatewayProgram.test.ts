import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { type GatewayProgram, startGatewayProgram } from "../helpers/gatewayProgram.ts";
import { startHostedGateway } from "../helpers/hostedGateway.ts";
import { Lines } from "../helpers/lines.ts";
import { ScriptedUpstream } from "../helpers/scriptedUpstream.ts";

/** For a program that ought to end and does not. */
const limit = { timeout: 30_000 };

describe("the gateway's program", () => {
  const running = new Set<GatewayProgram>();
  afterEach(async () => {
    for (const { child, ended } of running) {
      child.kill("SIGKILL");
      await ended;
    }
    running.clear();
  });

  async function run(...args: string[]) {
    const program = startGatewayProgram(args);
    running.add(program);
    const { child, ended } = program;
    const [out, errors] = [new Lines(child.stdout), new Lines(child.stderr)];
    const { code } = await ended;
    const complaint = errors.all.find((line) => line.startsWith("slipstream-gateway: "));
    return { code, out: out.all, errors: errors.all, complaint };
  }

  it("explains itself", async () => {
    const { code, out } = await run("--help");
    assert.equal(code, 0);
    assert.match(out[0] ?? "", /^slipstream-gateway --listen/);
  });

  it("says in one sentence what is wrong with its options, and exits with 2", async () => {
    const { code, errors } = await run("--listen", "0.0.0.0:80");
    assert.equal(code, 2);
    assert.match(errors[0] ?? "", /^slipstream-gateway: 0.0.0.0 is not a loopback address/);
    assert.equal(errors.length, 2);
  });

  it("says when it cannot start: no token file, no model address, an address in use", async (t) => {
    const upstream = await new ScriptedUpstream({}).listen();
    t.after(() => upstream.close());
    const gateway = await startHostedGateway(upstream.url, (action) => {
      t.after(action);
    });
    const common = ["--upstream", "llama.cpp", "--listen", "127.0.0.1:0"];
    const url = ["--upstream-url", "http://127.0.0.1:1"];
    const noFile = await run(...common, ...url, "--token-file", "/no/such/file");
    assert.equal(noFile.code, 2);
    assert.match(noFile.complaint ?? "", /^slipstream-gateway: the token file .* cannot be read$/);
    const noUrl = await run(
      ...common,
      "--upstream-url",
      "ftp://x",
      "--token-file",
      gateway.tokenFile,
    );
    assert.equal(noUrl.code, 2);
    assert.match(noUrl.errors.join(), /http:\/\//);
    const taken = new URL(gateway.http).host;
    const file = await run(
      "--listen",
      taken,
      ...common.slice(0, 2),
      ...url,
      "--token-file",
      gateway.tokenFile,
    );
    assert.equal(file.code, 2);
    assert.match(
      file.complaint ?? "",
      /^slipstream-gateway: cannot listen on 127.0.0.1:\d+: .*EADDRINUSE/,
    );
  });

  it(
    "ends when it cannot start although a model's server holds a connection to it",
    limit,
    async (t) => {
      const upstream = await new ScriptedUpstream({}).listen();
      t.after(() => upstream.close());
      const folder = mkdtempSync(join(tmpdir(), "program-"));
      t.after(() => {
        rmSync(folder, { recursive: true });
      });
      const tokens = join(folder, "tokens");
      const listen = ["--listen", "127.0.0.1:0", "--token-file", tokens];
      const one = ["--upstream", "openai-compatible", "--upstream-url", upstream.url];
      const noTokens = await run(...listen, ...one);
      assert.equal(noTokens.code, 2);
      assert.match(noTokens.complaint ?? "", /the token file .* cannot be read$/);
      writeFileSync(tokens, `team:${"0".repeat(64)}\n`);
      const config = join(folder, "config.json");
      const kind = "openai-compatible";
      const upstreams = [
        { kind, url: upstream.url },
        { kind, url: "ftp://x" },
      ];
      writeFileSync(config, JSON.stringify({ upstreams }));
      const badAddress = await run(...listen, "--config", config);
      assert.equal(badAddress.code, 2);
      assert.match(
        badAddress.complaint ?? "",
        /: upstreams\[1\]: The model's address is not a web/,
      );
    },
  );
});
