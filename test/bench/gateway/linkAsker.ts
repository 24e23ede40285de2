import { systemClock } from "../../../src/base/clock.ts";
import { ClientLink } from "../../../src/link/clientLink.ts";
import { type LinkProfile } from "../../../src/link/linkProfile.ts";
import { dialWebSocket } from "../../../src/link/wsSocket.ts";
import { AskedDocuments } from "../../helpers/requests.ts";
import { type Asker } from "./contender.ts";

const never = new AbortController().signal;
const line = "const total = items.reduce((sum, item) => sum + item.price, 0);\n";
/** The gateway asks the model with 8,000 characters of it. */
const text = line.repeat(200);
const cursor = line.length * 140;

/** One window: a link of its own, one document, and a completion asked at each key. */
export class LinkAsker implements Asker {
  readonly #link: ClientLink;
  readonly #asked: AskedDocuments;
  #offset = cursor;

  private constructor(link: ClientLink, asked: AskedDocuments) {
    this.#link = link;
    this.#asked = asked;
  }

  static async connect(address: string, token: string, profile: LinkProfile): Promise<LinkAsker> {
    const asked = new AskedDocuments();
    const link = new ClientLink({
      socket: await dialWebSocket(address, token, never),
      clock: systemClock,
      client: "bench",
      documents: asked.documents,
      profile,
      onEnded: (failure) => {
        console.error(`a link ended: ${failure.message}`);
      },
    });
    await link.welcome;
    asked.askAt(text, cursor);
    return new LinkAsker(link, asked);
  }

  async ask(): Promise<number> {
    const startedAt = performance.now();
    const ask = this.#asked.type("x", this.#offset++);
    let firstMs: number | undefined;
    for await (const piece of this.#link.complete(ask, never)) {
      if (piece.kind === "text") firstMs ??= performance.now() - startedAt;
    }
    if (firstMs === undefined) throw new Error("no text");
    return firstMs;
  }

  dispose(): void {
    this.#link.dispose();
  }
}
