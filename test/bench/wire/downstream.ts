import { encodeServerMessage } from "../../../src/wire/codec.ts";

/** About what code tokens of a large vocabulary are long, in characters; drawn in turn, 4.1 in the mean. */
const tokenChars = [3, 5, 2, 7, 4, 3, 6, 3, 4, 4];
/** Bytes before the payload of a frame from a WebSocket server that is not masked and not long. */
const serverHeaderBytes = 2;

/** Cuts a text into pieces as long as tokens are. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0, index = 0; at < text.length; index++) {
    const length = tokenChars[index % tokenChars.length] ?? 4;
    tokens.push(text.slice(at, at + length));
    at += length;
  }
  return tokens;
}

/** Bytes of one answer on our link, a frame for each token. */
export function linkBytes(tokens: readonly string[]): number {
  return tokens.reduce((sum, text, index) => {
    const message =
      index === 0
        ? ({ kind: "text", stream: 1_000, origin: "remote", text } as const)
        : ({ kind: "more", text } as const);
    return sum + serverHeaderBytes + encodeServerMessage(message).length;
  }, 0);
}

/** Bytes of the same tokens as a chat completion's server-sent events in HTTP/1.1 chunks, padded as by default. */
export function sseBytes(tokens: readonly string[]): number {
  return tokens.reduce((sum, content) => {
    const event = {
      id: "chatcmpl-CkT5Qv0hO1rXb3sVJpLzYq8nWm2Ae",
      object: "chat.completion.chunk",
      created: 1_780_000_000,
      model: "gpt-4.1-mini-2025-04-14",
      service_tier: "default",
      system_fingerprint: "fp_3502f4eb73",
      choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
      obfuscation: "x".repeat(Math.max(0, 8 - content.length) + 4),
    };
    const data = `data: ${JSON.stringify(event)}\n\n`;
    const size = Buffer.byteLength(data);
    return sum + size + size.toString(16).length + 4; // the chunk's own length and line ends
  }, 0);
}
