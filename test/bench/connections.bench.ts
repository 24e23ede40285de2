/**
 * What a connection takes of a gateway's memory, at a real gateway process on loopback: one that is let in and idle, and one
 * that has opened a document and asked about it. Each is the growth of the process's resident memory by the number of
 * connections, once garbage is collected; `grown` is the same before that.
 *   --idle N (default 1000)   --active N (default 200)   --document CHARS (default 30000)
 */
import { parseArgs } from "node:util";
import { Failure } from "../../src/base/failure.ts";
import { remoteProfile } from "../../src/link/linkProfile.ts";
import { dialWebSocket } from "../../src/link/wsSocket.ts";
import { startWatchedGateway, type WatchedGateway } from "../helpers/hostile/watchedGateway.ts";
import { openLink, type OpenLink } from "../helpers/openLink.ts";
import { seededRandom } from "../helpers/randomness.ts";
import { textOf } from "../helpers/requests.ts";
import { ScriptedUpstreamProcess } from "../helpers/scriptedUpstreamProcess.ts";
import { sourceText } from "./bulk/typist.ts";
import type { Figures } from "./report.ts";

const token = "bench";
const seed = 7;
const kib = 1024;
/** So many are opened at a time. */
const batch = 50;
const never = new AbortController().signal;
const profile = remoteProfile(undefined);

type Connect = (gateway: WatchedGateway, index: number) => Promise<OpenLink>;

export async function run(options: string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: options,
    options: {
      idle: { type: "string", default: "1000" },
      active: { type: "string", default: "200" },
      document: { type: "string", default: "30000" },
    },
  });
  const release: (() => unknown)[] = [];
  const upstream = await ScriptedUpstreamProcess.start({ tokens: ["return ", "value;"] });
  release.push(() => upstream.close());
  const fresh = () => startWatchedGateway(token, upstream.url, (action) => release.push(action));
  const idle: Connect = async (gateway) =>
    openLink(await dialWebSocket(gateway.address, token, never), profile);
  const documentChars = Number(values.document);
  const random = seededRandom(seed);
  const active: Connect = async (gateway, index) => {
    const open = await idle(gateway, index);
    const text = `// ${index}\n${sourceText(documentChars, random)}`;
    const middle = text.indexOf("\n", text.length / 2) + 1;
    const marked = `${text.slice(0, middle)}const value = █\n${text.slice(middle)}`;
    const answer = await textOf(open.ask(marked));
    if (answer === "") throw new Failure("internal", "an active connection got no answer");
    return open;
  };
  try {
    return {
      seed,
      idle: await measure(await fresh(), Number(values.idle), idle),
      active: { documentChars, ...(await measure(await fresh(), Number(values.active), active)) },
    };
  } finally {
    for (const action of release.reverse()) await action();
  }
}

/** One connection comes and goes before anything is counted: what all of them need is loaded then. */
async function measure(gateway: WatchedGateway, count: number, connect: Connect): Promise<Figures> {
  (await connect(gateway, -1)).link.dispose();
  const links: OpenLink[] = [];
  const before = (await gateway.rested()).rssBytes;
  for (let at = 0; at < count; at += batch) {
    const more = Array.from({ length: Math.min(batch, count - at) }, (_, index) =>
      connect(gateway, at + index),
    );
    links.push(...(await Promise.all(more)));
  }
  const grown = gateway.holds().rssBytes - before;
  const { rssBytes, files } = await gateway.rested();
  if (files < count) throw new Failure("internal", `only ${files} files are open at the gateway`);
  for (const { link } of links) link.dispose();
  return {
    connections: count,
    rssPerConnectionKb: (rssBytes - before) / kib / count,
    grownPerConnectionKb: grown / kib / count,
  };
}
