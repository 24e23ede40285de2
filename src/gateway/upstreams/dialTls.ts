import * as net from "node:net";
import * as tls from "node:tls";
import { onAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposable.ts";

/** How long a connection may take until what is spoken over it is agreed on: four round trips and two that were lost. */
const limitMs = 3_000;
/** It is waited for in such parts: one in which this process was held up counts once. */
const partMs = 1_000;
/** At last, for what may have come while it was. */
const lastLookMs = 50;

/**
 * Makes a TLS connection that speaks HTTP/2 where the server offers that, else HTTP/1.1; the caller owns it. Rejects with
 * whatever broke, with `ETIMEDOUT` after 3 s, and with the signal's reason; no socket is left then.
 */
export async function dialTls(
  origin: URL,
  clock: Clock,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  signal.throwIfAborted();
  const { host, port } = addressOf(origin);
  const { promise, resolve, reject } = Promise.withResolvers<tls.TLSSocket>();
  const socket = tls.connect({
    host,
    port,
    ...(net.isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ["h2", "http/1.1"],
  });
  socket.setNoDelay(true);
  socket.on("error", reject); // stays for good: one that is given up may break yet
  socket.once("secureConnect", () => {
    resolve(socket);
  });
  const giveUp = (reason: unknown) => {
    reject(reason);
    socket.destroy();
  };
  const wait = (leftMs: number): Disposable =>
    clock.after(leftMs > 0 ? partMs : lastLookMs, () => {
      if (leftMs > 0) timer = wait(leftMs - partMs);
      else giveUp(Object.assign(new Error(`silent for ${limitMs} ms`), { code: "ETIMEDOUT" }));
    });
  let timer = wait(limitMs);
  const abort = onAbort(signal, () => {
    giveUp(signal.reason);
  });
  try {
    return await promise;
  } finally {
    timer.dispose();
    abort.dispose();
  }
}

/** Where the server of an address is. */
export function addressOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(port || (protocol === "https:" ? 443 : 80)) };
}
