import { once } from "node:events";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { systemClock } from "../../../src/base/clock.ts";
import { Turns } from "../../../src/gateway/load/turns.ts";
import { answer, type PipelineParts } from "../../../src/gateway/pipeline.ts";
import { createUpstream } from "../../../src/gateway/upstreams/createUpstream.ts";
import type { CompletionRequest } from "../../../src/wire/messages.ts";

/** What the HTTP form of the gateway is made of. */
export interface HttpGatewayParts {
  readonly host: string;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer };
  readonly upstreamUrl: string;
}

/**
 * The gateway's own pipeline behind plain HTTP, to compare the link with: a request is one POST of JSON, its
 * answer a line of JSON for each piece. HTTP/1.1 or HTTP/2, as the client has it. Returns the address.
 */
export async function listenHttp({ host, tls, upstreamUrl }: HttpGatewayParts): Promise<string> {
  const upstream = createUpstream(
    {
      kind: "openai-compatible",
      url: upstreamUrl,
      model: "",
      apiKey: undefined,
      firstTextTimeoutMs: 10_000,
      maxTokens: 96,
    },
    systemClock,
  );
  const parts = { clock: systemClock, turns: new Turns(systemClock), drafter: undefined, upstream };
  const options = { ...tls, allowHTTP1: true, minVersion: "TLSv1.3" } as const;
  const server = createSecureServer(options, (request, response) => {
    void respond(parts, request, response);
  });
  // An HTTP/1.1 server of its own would do this by itself; one that speaks both does not.
  server.on("connection", (socket: Socket) => socket.setNoDelay());
  server.listen(0, host);
  await once(server, "listening");
  return `https://${host}:${(server.address() as AddressInfo).port}`;
}

/** The client's going is the cancel, whichever way its HTTP says it. */
async function respond(
  parts: PipelineParts,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    gone.abort();
  });
  try {
    const asked = JSON.parse(await text(request)) as CompletionRequest;
    for await (const piece of answer(parts, asked, gone.signal)) {
      const line = `${JSON.stringify(piece)}\n`;
      if (piece.kind === "end") response.end(line);
      else response.write(line);
    }
  } catch (error) {
    if (!gone.signal.aborted) console.error("the HTTP gateway failed:", error);
    response.end();
  }
}
