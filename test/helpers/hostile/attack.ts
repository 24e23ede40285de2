/** One hostile input to a gateway, and how it ended. */
import { connect } from "node:net";
import { readAnswer } from "./webSocketBytes.ts";

/** How one input ended: an HTTP status, a close code, an answer to the last ping, or nothing at all. */
export type Ending =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "closed"; readonly code: number }
  | { readonly kind: "answered" }
  /** The gateway closed its side after this one had ended, and said nothing. */
  | { readonly kind: "left" }
  | { readonly kind: "hung" };

/** What is sent over one connection. */
export interface HostileInput {
  readonly name: string;
  /** Everything, from the upgrade request on. */
  readonly bytes: readonly Uint8Array[];
  /** The pause between two pieces. */
  readonly pieceMs?: number;
  /** A message whose coming says that the link lives on; without one this side ends after its last byte. */
  readonly answer?: Uint8Array;
  /** Whether the gateway must close though this side stays. */
  readonly stays?: boolean;
  /** How it must end, where only that will do: close codes, HTTP statuses, or `answered` or `left`. */
  readonly expected?: readonly (number | Ending["kind"])[];
}

const deadlineMs = 30_000;

/** Sends one input on a connection of its own and waits for its end. */
function attack(port: number, input: HostileInput): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  let received = Buffer.alloc(0);
  const finish = (ending: Ending) => {
    clearTimeout(deadline);
    clearTimeout(next);
    socket.destroy();
    resolve(ending);
  };
  const look = () => {
    const { status, messages, closeCode } = readAnswer(received);
    if (closeCode !== undefined) finish({ kind: "closed", code: closeCode });
    else if (status !== undefined && status !== 101) finish({ kind: "status", status });
    else if (
      input.answer &&
      messages.some((message) => input.answer?.every((byte, at) => byte === message[at]))
    )
      finish({ kind: "answered" });
  };
  let next: NodeJS.Timeout | undefined;
  const send = ([piece, ...others]: readonly Uint8Array[]) => {
    if (piece === undefined) {
      if (!input.answer && input.stays !== true) socket.end();
      return;
    }
    socket.write(piece);
    if (input.pieceMs === undefined) send(others);
    else next = setTimeout(send, input.pieceMs, others);
  };
  const deadline = setTimeout(finish, deadlineMs, { kind: "hung" });
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    look();
  });
  socket.on("error", () => undefined); // "close" follows
  socket.on("end", () => {
    finish({ kind: "left" });
  });
  socket.on("close", () => {
    finish({ kind: "left" });
  });
  socket.on("connect", () => {
    send(input.bytes);
  });
  return promise;
}

/** Sends all inputs, some at a time, and gives their endings in order. */
export async function attackAll(
  port: number,
  inputs: readonly HostileInput[],
  atOnce: number,
): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  const waiting = inputs.entries();
  const work = async () => {
    for (const [index, input] of waiting) endings[index] = await attack(port, input);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return endings;
}
