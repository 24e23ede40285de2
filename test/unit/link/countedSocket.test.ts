import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CountedSocket } from "../../../src/link/countedSocket.ts";
import { MemorySocketPair } from "../../helpers/memorySocketPair.ts";

describe("a counted socket", () => {
  it("counts the bytes of all frames both ways, and hands them on as they are", () => {
    const pair = new MemorySocketPair("by hand");
    const { client: near, server: other } = pair;
    const traffic = { upBytes: 0, downBytes: 0 };
    const socket = new CountedSocket(near, traffic);
    const [heard, said]: [Uint8Array[], Uint8Array[]] = [[], []];
    const closed = () => undefined;
    socket.listen({ frame: (bytes) => heard.push(bytes), closed });
    other.listen({ frame: (bytes) => said.push(bytes), closed });
    socket.send(Uint8Array.of(1, 2, 3));
    socket.send(Uint8Array.of());
    other.send(Uint8Array.of(4, 5));
    for (const end of ["server", "server", "client"] as const) assert.ok(pair.deliver(end));
    assert.deepEqual(traffic, { upBytes: 3, downBytes: 2 });
    assert.deepEqual(
      said.map((bytes) => [...bytes]),
      [[1, 2, 3], []],
    );
    assert.deepEqual(
      heard.map((bytes) => [...bytes]),
      [[4, 5]],
    );
  });
});
