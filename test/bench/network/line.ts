import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { Figures } from "../report.ts";
import { spread } from "../spread.ts";
import type { Plan } from "./plan.ts";

const connects = 10;
const congestionControlFile = "/proc/sys/net/ipv4/tcp_congestion_control";

/** The line itself: a TCP connection takes one round trip and nothing else. */
export async function line({ servers, rttMs }: Plan): Promise<Figures> {
  const { hostname, port } = new URL(servers.http);
  const connectMs: number[] = [];
  for (let index = 0; index < connects; index++) {
    const startedAt = performance.now();
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    connectMs.push(performance.now() - startedAt);
    socket.destroy();
  }
  const congestionControl = readFileSync(congestionControlFile, "utf8").trim();
  return { rttMs, congestionControl, connectMs: spread(connectMs) };
}
