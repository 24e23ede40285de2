import * as path from "node:path";
import * as vscode from "vscode";
import { type Clock } from "../base/clock.ts";
import { deadline } from "../base/abort.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import { type Logger } from "../base/log.ts";
import { mergedSource } from "../completion/mergedSource.ts";
import { type CompletionSource } from "../completion/source.ts";
import { narrowed } from "../context/assemble.ts";
import { type FrameSocket } from "../link/frameSocket.ts";
import { PersistentLink } from "../link/persistentLink.ts";
import { dialWebSocket } from "../link/wsSocket.ts";
import { linkPath } from "../wire/limits.ts";
import { type CompletionRequest, type Piece } from "../wire/messages.ts";
import { GatewayProcess } from "./gatewayProcess.ts";
import { type Secrets } from "./secrets.ts";
import { type Settings } from "./settings.ts";

/** What the far end is made of. */
export interface FarEndParts {
  readonly extensionFolder: string;
  readonly client: string;
  readonly settings: () => Settings;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Logger;
}

const backSoonMs = 3_000;

/**
 * The two far ends of a window: its one WebSocket, to the hosted gateway if there is one and else to the
 * local child, and the pipe to the child's engine, which always runs and goes on when the WebSocket is lost.
 */
export class FarEnd implements Disposable {
  readonly #parts: FarEndParts;
  readonly #store = new DisposableStore();
  readonly #usedPipes = new WeakSet<FrameSocket>();
  /** The local child. */
  readonly process: GatewayProcess;
  /** The window's one WebSocket. */
  readonly link: PersistentLink;
  readonly #engine: PersistentLink;

  constructor(parts: FarEndParts) {
    this.#parts = parts;
    const { clock, client, log } = parts;
    this.process = this.#store.add(
      new GatewayProcess({
        program: path.join(parts.extensionFolder, "dist", "gateway.cjs"),
        settings: () => this.#startSettings(),
        clock,
        log,
      }),
    );
    const shared = { clock, client, random: Math.random };
    this.#engine = this.#store.add(
      new PersistentLink({ ...shared, dial: (signal) => this.#dialPipe(signal) }),
    );
    this.link = this.#store.add(
      new PersistentLink({ ...shared, dial: (signal) => this.#dial(signal) }),
    );
  }

  /**
   * Asks whoever may answer. What was lost with the child before a word of it came, or asked while the child
   * is starting, is asked once more when the child is back, if that is soon: the person has not moved.
   */
  readonly source: CompletionSource = (request, signal) => this.#askPatiently(request, signal);

  async *#askPatiently(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<Piece> {
    let isBegun = false;
    try {
      for await (const piece of this.#ask(request, signal)) {
        isBegun = true;
        yield piece;
      }
      return;
    } catch (error) {
      const isHosted = this.#hostedAddress() !== "";
      const needed = isHosted || request.isConfined ? this.#engine : this.link;
      if (isBegun || signal.aborted || needed.state.kind === "ready") throw error;
      const limit = deadline(signal, this.#parts.clock, backSoonMs, "starting the local gateway");
      // Not back in time: asked all the same, since the link then says what is wrong with it.
      await needed.ready(limit.signal).catch(() => undefined);
      limit.dispose();
    }
    yield* this.#ask(request, signal);
  }

  /** A confined request reaches the engine alone. */
  #ask(request: CompletionRequest, signal: AbortSignal): AsyncIterable<Piece> {
    const engine: CompletionSource = (...ask) => this.#engine.complete(...ask);
    const window: CompletionSource = (...ask) => this.link.complete(...ask);
    if (request.isConfined) return engine(request, signal);
    if (this.#hostedAddress() !== "") {
      const hosted: CompletionSource = (whole, ...rest) => window(narrowed(whole), ...rest);
      return mergedSource(engine, hosted)(request, signal);
    }
    // The local child answers on both: its pipe stands in while the socket is being dialled.
    return (this.link.state.kind === "ready" ? window : engine)(request, signal);
  }

  /** Begins anew with the settings and secrets as they are now. */
  restart(): void {
    this.process.restart();
    this.link.reconnect();
    this.#engine.reconnect();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #hostedAddress(): string {
    return this.#parts.settings()["gateway.url"];
  }

  async #dial(signal: AbortSignal): Promise<FrameSocket> {
    const hosted = this.#hostedAddress();
    if (hosted !== "") {
      const token = (await this.#parts.secrets.get("gatewayToken")) ?? "";
      if (!/^[\x21-\x7e]*$/.test(token)) {
        const message = "the gateway's token has spaces or characters that no token can have";
        throw new Failure("unauthorized", message);
      }
      return dialWebSocket(hosted.replace(/\/*$/, "") + linkPath, token, signal);
    }
    const child = await this.process.running(signal);
    return dialWebSocket(child.address, child.token, signal);
  }

  async #dialPipe(signal: AbortSignal): Promise<FrameSocket> {
    const { pipe } = await this.process.running(signal);
    if (this.#usedPipes.has(pipe)) {
      throw new Failure("gateway-unreachable", "the local gateway is ending");
    }
    this.#usedPipes.add(pipe);
    return pipe;
  }

  /** The settings' part of the child's start message. A hosted gateway reaches the model itself. */
  async #startSettings(): Promise<Readonly<Record<string, unknown>>> {
    const settings = this.#parts.settings();
    const roots = (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === "file")
      .map((folder) => ({ name: folder.name, folder: folder.uri.fsPath }));
    const url = settings["upstream.url"];
    if (settings["upstream.kind"] === "none" || url === "" || this.#hostedAddress() !== "") {
      return { roots };
    }
    const upstream = {
      kind: settings["upstream.kind"],
      url,
      model: settings["upstream.model"],
      apiKey: await this.#upstreamKey(),
      firstTextTimeoutMs: settings["upstream.firstTextTimeoutMs"],
      maxTokens: settings["upstream.maxTokens"],
    };
    return { roots, upstream };
  }

  /** Without its secret storage a window asks without a key: the model says so if it needs one. */
  async #upstreamKey(): Promise<string | undefined> {
    try {
      return await this.#parts.secrets.get("upstreamKey");
    } catch (error) {
      this.#parts.log.warn(`the secret storage cannot be read: ${Failure.from(error).message}`);
      return undefined;
    }
  }
}
