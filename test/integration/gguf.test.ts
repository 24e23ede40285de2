import assert from "node:assert/strict";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  describeCancelling,
  type ModelMood,
} from "../unit/gateway/upstreams/describeCancelling.ts";
import { SteppedClock } from "../unit/gateway/upstreams/steppedClock.ts";
import {
  failureOf,
  never,
  piecesOf,
  request,
  textsOf,
} from "../unit/gateway/upstreams/upstreamFixture.ts";
import { startLocalGateway } from "../helpers/localGateway.ts";
import { builtGateway, type GgufChange, ggufStage } from "../helpers/ggufStage.ts";
import { isLlamaMissing, llamaPackageFolder } from "../helpers/llamaPackage.ts";
import { openLink } from "../helpers/openLink.ts";
import { writeTinyGguf } from "../helpers/tinyGguf.ts";

if (isLlamaMissing) console.log(`skipped: ${isLlamaMissing}`);

const endless = { says: { text: "abc" } } as const;
const whole = /^abc|^bc|^c/; // what stands before the cursor may be a letter of it
const answerEnd = /tokens kept/;

async function restOf(pieces: AsyncIterator<string>): Promise<void> {
  while ((await pieces.next()).done !== true);
}

/** Asks again and again until no process has the number; each time is a turn of our loop. */
async function isGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setImmediate();
  }
}

describe("a model file", { skip: isLlamaMissing }, () => {
  describeCancelling("gguf", async (t: TestContext, mood: ModelMood) => {
    const clock = new SteppedClock();
    const tiny = mood === "goes on" ? { tiny: endless, maxTokens: 1_000 } : {};
    const { upstream, log, signal } = await ggufStage(t, { clock, ...tiny });
    const ended = () => log.matching(answerEnd).length;
    let pid: number | undefined;
    if (mood === "silent") {
      await textsOf(upstream);
      pid = upstream.pid;
      signal("SIGSTOP");
    }
    const endedBefore = ended();
    return {
      upstream,
      clock,
      asks: () => (upstream.pid === undefined ? 0 : 1),
      asked: () => setImmediate(),
      stopped: async () => {
        signal("SIGCONT");
        if (upstream.pid === undefined && pid !== undefined) await isGone(pid);
        else await log.until(() => ended() > endedBefore);
        assert.doesNotMatch(log.lines.at(-1) ?? "", /1000 written/);
      },
    };
  });

  it("streams its text", async (t) => {
    const { upstream } = await ggufStage(t, {
      tiny: { says: { text: "aé😀z", endsWith: "end" } },
    });
    assert.deepEqual(await textsOf(upstream), ["a", "é", "😀", "z"]);
    assert.equal(upstream.name, "model.gguf (gguf)");
  });

  it("is loaded once for many answers, and by the first request", async (t) => {
    const { upstream, log } = await ggufStage(t);
    assert.equal(upstream.pid, undefined);
    for (let i = 0; i < 3; i++) assert.match((await textsOf(upstream)).join(""), whole);
    assert.equal(log.matching(/is ready/).length, 1);
    const reads = log.matching(answerEnd).map((line) => Number(/(\d+) read/.exec(line)?.[1]));
    assert.ok((reads[0] ?? 0) > 60);
    assert.deepEqual(reads.slice(1), [0, 0]);
  });

  it("answers the newest request, and the older one ends with superseded", async (t) => {
    const { upstream, log } = await ggufStage(t, { tiny: endless, maxTokens: 1_000 });
    const [first, second, third] = [piecesOf(upstream), piecesOf(upstream), piecesOf(upstream)];
    const isOlder = { code: "superseded" };
    const firstText = Promise.resolve(first.next()); // while it loads
    const secondText = second.next();
    await assert.rejects(firstText, isOlder);
    assert.equal(typeof (await secondText).value, "string");
    const thirdText = third.next(); // while it writes
    await assert.rejects(restOf(second), isOlder);
    assert.equal(typeof (await thirdText).value, "string");
    await third.return?.();
    await log.until(() => log.matching(answerEnd).length === 2); // the first was never begun
    assert.deepEqual(log.matching(/1000 written/), [], "the older one was given up");
  });

  it("gives up a long prompt within a slice, so that the next answer comes at once", async (t) => {
    const { upstream, log } = await ggufStage(t, { tiny: { layers: 12 }, maxTokens: 1 });
    await textsOf(upstream);
    const longWith = (name: string) => {
      const lines = Array.from({ length: 90 }, (_, at) => `const ${name}${at} = compute(${at});\n`);
      return request({ path: `${name}.ts`, before: lines.join("") });
    };
    const startedAt = performance.now();
    await textsOf(upstream, never, longWith("value"));
    const wholeMs = performance.now() - startedAt;
    const controller = new AbortController();
    const cut = textsOf(upstream, controller.signal, longWith("other"));
    await setImmediate();
    controller.abort(new Error("typed on"));
    await assert.rejects(cut, /typed on/);
    const abortedAt = performance.now();
    await log.until(() => log.matching(answerEnd).length === 3);
    const stoppedMs = performance.now() - abortedAt;
    const [, all, some] = log.matching(answerEnd).map((line) => /(\d+) read/.exec(line)?.[1]);
    t.diagnostic(
      `${all} tokens take ${wholeMs.toFixed(0)} ms; cancelled after ${some}, ${stoppedMs.toFixed(1)} ms after the abort`,
    );
    assert.ok(Number(some) < Number(all) / 2, `it read ${some} tokens of the prompt`);
    assert.equal(Number(some) % 64, 0);
  });

  it("fails the running request once when its process is killed, and is there again for the next", async (t) => {
    const { upstream, signal } = await ggufStage(t, { tiny: endless, maxTokens: 1_000 });
    const pieces = piecesOf(upstream);
    await pieces.next();
    const killed = upstream.pid;
    signal("SIGKILL");
    const failure = await failureOf(restOf(pieces), "upstream-down");
    assert.match(failure.message, /ended \(SIGKILL\)/);
    const next = piecesOf(upstream);
    assert.equal(typeof (await next.next()).value, "string");
    assert.notEqual(upstream.pid, killed);
    await next.return?.();
  });

  it("is not started a fourth time when its process has ended three times without an answer", async (t) => {
    const { upstream, log } = await ggufStage(t, { script: "process.exit(3);" });
    for (const words of [/started again/, /started again/, /turned off/, /turned off/])
      assert.match((await failureOf(textsOf(upstream), "upstream-down")).message, words);
    assert.equal(log.matching(/^the process of/).length, 3);
    assert.equal(upstream.pid, undefined);
  });

  it("is started as often as it ends where it has answered in between", async (t) => {
    const script = `
      let fills = 0;
      process.on("message", ({ kind, id }) => {
        if (kind === "load") process.send({ kind: "ready", tokensPerS: 50 });
        if (kind === "fill" && fills++ > 0) process.exit(3);
        if (kind === "fill") process.send({ kind: "end", id, kept: 0, read: 1, written: 0 });
      });`;
    const { upstream } = await ggufStage(t, { script });
    for (let i = 0; i < 4; i++) {
      assert.deepEqual(await textsOf(upstream), []);
      const { message } = await failureOf(textsOf(upstream), "upstream-down");
      assert.match(message, /ended \(exit code 3\): it is started again/);
    }
  });

  it("is turned off, its process too, where it is too slow for the machine", async (t) => {
    const { upstream, log } = await ggufStage(t, { minTokensPerS: 1e9 });
    for (let i = 0; i < 2; i++) {
      const { message } = await failureOf(textsOf(upstream), "settings");
      assert.match(message, /does \d+\.\d tokens a second on this machine, less than 1000000000/);
    }
    assert.equal(upstream.pid, undefined);
    assert.equal(log.lines.length, 1);
  });

  it("says that it is still being loaded when a request has waited long enough, and loads on", async (t) => {
    const clock = new SteppedClock();
    const { upstream, log } = await ggufStage(t, { clock, firstTextTimeoutMs: 1_000 });
    const texts = textsOf(upstream);
    clock.advance(1_000);
    assert.match((await failureOf(texts, "deadline")).message, /is still being loaded after 1000/);
    await log.until(() => log.matching(/is ready/).length === 1);
    assert.match((await textsOf(upstream)).join(""), whole);
  });

  it("ends with a deadline when it stops writing", async (t) => {
    const clock = new SteppedClock();
    const { upstream, signal } = await ggufStage(t, { clock, firstTextTimeoutMs: 1_000 });
    await textsOf(upstream);
    signal("SIGSTOP");
    const texts = textsOf(upstream);
    clock.advance(1_000);
    assert.match((await failureOf(texts, "deadline")).message, /sent no text after 1000 ms/);
  });

  it("is loaded anew when the library has failed", async (t) => {
    const script = `
      process.on("message", ({ kind, id }) => {
        if (kind === "load") process.send({ kind: "ready", tokensPerS: 50 });
        if (kind === "fill") process.send({ kind: "failed", id, detail: "Eval has failed" });
      });`;
    const { upstream, log } = await ggufStage(t, { script });
    for (let i = 0; i < 2; i++) {
      const { message } = await failureOf(textsOf(upstream), "upstream-down");
      assert.match(message, /failed: try another .* \(Eval has failed\)/);
    }
    assert.equal(log.matching(/is ready/).length, 2);
  });

  it("says so when its process says what is no message", async (t) => {
    const script = 'process.on("message", () => process.send({ kind: "hello" }));';
    const { upstream } = await ggufStage(t, { script });
    await failureOf(textsOf(upstream), "upstream-garbled");
  });
});

describe("a model file that cannot be used", { skip: isLlamaMissing }, () => {
  const garbage = Buffer.concat([Buffer.from("GGUF"), Buffer.alloc(4_000, 0xff)]);
  const asItIs = () => Promise.resolve();
  const write = (content: string | Buffer) => (file: string) => writeFile(file, content);
  const cut = (sizeBytes: number) => (file: string) => truncate(file, sizeBytes);
  const cases: readonly (readonly [
    what: string,
    change: GgufChange,
    spoil: (file: string) => Promise<unknown>,
    words: RegExp,
  ])[] = [
    ["is not there", { tiny: undefined }, asItIs, /cannot be read \(ENOENT\): correct/],
    ["is a folder", { tiny: undefined }, (file) => mkdir(file), /cannot be read \(EISDIR\)/],
    ["is empty", {}, cut(0), /is no GGUF file: set/],
    ["is text", {}, write("hello"), /is no GGUF file: set/],
    ["is cut off", {}, cut(200_000), /cannot be loaded: download/],
    ["is cut off in its head", {}, cut(900), /cannot be loaded: download/],
    ["is garbage", {}, write(garbage), /cannot be loaded: download/],
    ["has no tokens for it", { tiny: { infill: "none" } }, asItIs, /cannot fill in/],
    ["has no package in its folder", { nodeLlamaCppFolder: "/usr" }, asItIs, /in \/usr: run/],
    ["has a relative folder", { nodeLlamaCppFolder: "llama" }, asItIs, /no absolute path/],
  ];
  for (const [what, change, spoil, words] of cases) {
    it(`says what to do when it ${what}`, async (t) => {
      const { upstream, folder } = await ggufStage(t, change);
      await spoil(join(folder, "model.gguf"));
      const { message } = await failureOf(textsOf(upstream), "settings");
      assert.match(message, words);
      assert.equal(upstream.pid, undefined, "its process has ended");
    });
  }

  it("says what to do when the package does not work", async (t) => {
    const { folder } = await ggufStage(t);
    const wrong = join(folder, "node_modules", "node-llama-cpp");
    await mkdir(wrong, { recursive: true });
    await writeFile(join(wrong, "index.js"), "export const getLlama = 'gone';");
    await writeFile(join(wrong, "package.json"), '{ "type": "module", "main": "index.js" }');
    const { upstream } = await ggufStage(t, { nodeLlamaCppFolder: folder });
    const { message } = await failureOf(textsOf(upstream), "settings");
    assert.match(message, /does not work on this machine: install/);
  });

  it("is tried again after half a minute, when it may be there", async (t) => {
    const clock = new SteppedClock();
    const { upstream, folder } = await ggufStage(t, { clock, tiny: undefined });
    await failureOf(textsOf(upstream), "settings");
    await writeTinyGguf(join(folder, "model.gguf"), { says: { text: "abc", endsWith: "end" } });
    await failureOf(textsOf(upstream), "settings");
    clock.advance(30_000);
    assert.match((await textsOf(upstream)).join(""), whole);
  });
});

describe("a model file in the built gateway", { skip: isLlamaMissing }, () => {
  it("is run by the package in npm's global folder, and its process ends with the gateway's", async (t) => {
    const { folder } = await ggufStage(t);
    const prefix = join(folder, "prefix");
    const isWindows = process.platform === "win32";
    const globals = isWindows ? prefix : join(prefix, "lib");
    await mkdir(globals, { recursive: true });
    await symlink(join(await llamaPackageFolder(), "node_modules"), join(globals, "node_modules"));
    const upstream = {
      kind: "gguf",
      model: join(folder, "model.gguf"),
      nodeLlamaCppFolder: "",
      firstTextTimeoutMs: 14_000,
      maxTokens: 16,
    };
    const child = await startLocalGateway(
      { upstream },
      (action) => {
        t.after(action);
      },
      { program: builtGateway, environment: { npm_config_prefix: prefix } },
    );
    const { ask } = await openLink(await child.dial());
    let text = "";
    for await (const piece of ask("let x = █\n")) if (piece.kind === "text") text += piece.text;
    assert.match(text, whole);
    const ready = await child.log.matching(/model\.gguf \(gguf\) is ready, process \d+/);
    child.kill("SIGKILL");
    await isGone(Number(/process (\d+)/.exec(ready)?.[1]));
  });
});
