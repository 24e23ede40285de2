import * as http from "node:http";
import * as https from "node:https";

/** What a server said, if it said it in JSON. */
export interface Reply {
  readonly status: number;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
}

/** What is asked of a server. */
export interface Question {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: unknown;
}

const maxBodyBytes = 2 * 1024 * 1024;

/**
 * One small question to a server, by the editor's own proxy settings and certificates. No redirect is followed. Rejects
 * with the system's error, the signal's reason, or where the body is too long.
 */
export function getJson(question: Question, signal: AbortSignal): Promise<Reply> {
  const { url, headers, body } = question;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const reply = Promise.withResolvers<Reply>();
  const client = url.protocol === "https:" ? https : http;
  const type = text === undefined ? {} : { "Content-Type": "application/json" };
  const request = client.request(url, {
    method: text === undefined ? "GET" : "POST",
    headers: { Accept: "application/json", ...type, ...headers },
    signal,
  });
  request.on("error", reply.reject);
  request.on("response", (response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBodyBytes) request.destroy(new Error("the answer is too long"));
      else chunks.push(chunk);
    });
    response.on("error", reply.reject);
    response.on("end", () => {
      const json = parsed(Buffer.concat(chunks).toString());
      reply.resolve({ status: response.statusCode ?? 0, json });
    });
  });
  request.end(text);
  return reply.promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
