import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { deadline } from "../base/abort.ts";
import type { ChatSource } from "../chat/source.ts";
import type { Clock } from "../base/clock.ts";
import { DisposableStore, type Disposable } from "../base/disposable.ts";
import { Failure } from "../base/failure.ts";
import type { Logger } from "../base/log.ts";
import { askedAgain } from "../completion/askedAgain.ts";
import { mergedSource } from "../completion/mergedSource.ts";
import type { CompletionSource } from "../completion/source.ts";
import { CountedSocket, type Traffic } from "../link/countedSocket.ts";
import type { BlockedHosts } from "../link/dialer.ts";
import type { FrameSocket } from "../link/frameSocket.ts";
import { type LinkProfile, localProfile, remoteProfile } from "../link/linkProfile.ts";
import { PersistentLink } from "../link/persistentLink.ts";
import { dialWebSocket } from "../link/wsSocket.ts";
import { type Dictionary, dictionaryOf } from "../wire/dictionary.ts";
import type { LocalDocuments } from "../wire/localDocuments.ts";
import type { DraftingWish } from "../wire/childNotices.ts";
import type { ClientMessage, CompletionAsk, Piece } from "../wire/messages.ts";
import { GatewayProcess } from "./gatewayProcess.ts";
import { rootNameOf } from "./rootNames.ts";
import { keyNameOf } from "./secretNames.ts";
import type { Secrets } from "./secrets.ts";
import { addressOf, hasModel, type ModelPlace, type Settings } from "./settings.ts";
import { StartKeys } from "./startKeys.ts";
import { startModels } from "./startModels.ts";
import { TeamGateways } from "./teamGateways.ts";

/** What the far end is made of. */
export interface FarEndParts {
  readonly extensionFolder: string;
  readonly client: string;
  /** The texts that are asked about. */
  readonly documents: LocalDocuments;
  readonly settings: () => Settings;
  readonly secrets: Secrets;
  readonly blockedHosts: BlockedHosts;
  /** Counts what passes the WebSockets, or plain HTTP in their place. */
  readonly traffic: Traffic;
  /** Told of what the WebSocket says to the gateway, but for what is typed. */
  readonly onSaid: (message: ClientMessage) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * A model that mostly answers within this time is waited for before a draft is shown. The editor draws 75 ms after a key at
 * the earliest, so that such a draft would be replaced when it had hardly been seen.
 */
const draftPatienceMs = 125;
/** How long the key of a model that a person tries is waited for, before the engine goes on alone. */
const triedPatienceMs = 30_000;
/** How long what was lost waits for its link: a child starts in well under a second. */
const childBackMs = 3_000;
/** A gateway that is started again, or another one behind the same address. */
const hostedBackMs = 5_000;

/**
 * The two far ends of a window: its one WebSocket, to the hosted gateway if there is one and else to the
 * local child, and the pipe to the child's engine, which always runs and goes on when the WebSocket is lost.
 */
export class FarEnd implements Disposable {
  readonly #parts: FarEndParts;
  readonly #store = new DisposableStore();
  readonly #startKeys: StartKeys;
  readonly #usedPipes = new WeakSet<FrameSocket>();
  /** The local child. */
  readonly process: GatewayProcess;
  /** The window's one WebSocket. */
  readonly link: PersistentLink;
  readonly #engine: PersistentLink;
  /** Those of the team, where it has any. */
  readonly gateways: TeamGateways;
  #openAsks = 0;
  #isWebSocketBack = false;
  #isFirstAlone = false;
  /** How long the next start waits for the keys at least. */
  #leastPatienceMs = 0;
  /** Made at the first dial of a hosted gateway. */
  #remoteProfile: LinkProfile | undefined;

  constructor(parts: FarEndParts) {
    this.#parts = parts;
    const { clock, client, documents, log } = parts;
    this.#startKeys = this.#store.add(
      new StartKeys({
        clock,
        onLate: () => {
          this.restart({ isFirstAlone: this.#isFirstAlone });
        },
      }),
    );
    this.process = this.#store.add(
      new GatewayProcess({
        program: path.join(parts.extensionFolder, "dist", "gateway.cjs"),
        settings: () => this.#startSettings(),
        drafting: () => this.#drafting(),
        clock,
        log,
      }),
    );
    this.gateways = this.#store.add(
      new TeamGateways({
        ...parts,
        link: () => this.link,
        isIdle: () => this.#openAsks === 0,
        onWebSocketBack: () => {
          this.#isWebSocketBack = true;
          this.#takeWebSocketBack();
        },
      }),
    );
    const shared = { clock, client, documents, random: Math.random };
    this.#engine = this.#store.add(
      new PersistentLink({
        ...shared,
        dial: (signal) => this.#dialPipe(signal),
        profile: () => localProfile,
      }),
    );
    this.link = this.#store.add(
      new PersistentLink({
        ...shared,
        dial: async (signal) => new CountedSocket(await this.#dial(signal), parts.traffic),
        profile: () => (this.gateways.areUsed ? this.#remoteProfile : undefined) ?? localProfile,
        onSaid: parts.onSaid,
      }),
    );
    this.#store.add(
      this.link.onState(({ kind }) => {
        if (kind === "ready") this.#settle();
      }),
    );
  }

  /**
   * Asks whoever may answer. What was lost with its link before a word of it came is asked once more when
   * the link is back, if that is soon: the person has not moved.
   */
  readonly source: CompletionSource = (ask, signal) => this.#askCounted(ask, signal);

  /** Asks the model behind the window's one WebSocket, when that is there. What it says of an answer holds. */
  readonly chat: ChatSource = (question, signal) => this.#chatCounted(question, signal);

  async *#chatCounted(question: string, signal: AbortSignal): AsyncGenerator<Piece> {
    this.#openAsks++; // a link that is left for the WebSocket would end it
    try {
      await this.#linkBack(signal);
      yield* this.link.chat(question, signal);
    } finally {
      this.#openAsks--;
      this.#takeWebSocketBack();
    }
  }

  /** Waits a little for a link that is not there, or may be dead. */
  async #linkBack(signal: AbortSignal): Promise<void> {
    const limit = deadline(signal, this.#parts.clock, hostedBackMs, "the link");
    try {
      await this.link.beyondDoubt(limit.signal);
    } catch {
      signal.throwIfAborted(); // else the link itself says what it has met
    } finally {
      limit.dispose();
    }
  }

  async *#askCounted(ask: CompletionAsk, signal: AbortSignal): AsyncGenerator<Piece> {
    this.#openAsks++;
    try {
      yield* this.#ask(ask, signal);
    } finally {
      this.#openAsks--;
      this.#takeWebSocketBack();
      this.gateways.idle();
    }
  }

  /** Goes from plain HTTP back to the WebSocket while nobody waits for an answer. */
  #takeWebSocketBack(): void {
    if (!this.#isWebSocketBack || this.#openAsks > 0) return;
    this.#isWebSocketBack = false;
    this.link.reconnect();
  }

  #ask(request: CompletionAsk, signal: AbortSignal): AsyncIterable<Piece> {
    const engine: CompletionSource = (...ask) => this.#engine.complete(...ask);
    const window: CompletionSource = (...ask) => this.link.complete(...ask);
    if (request.isConfined) return this.#again(engine, this.#engine, childBackMs)(request, signal);
    if (this.gateways.areUsed) {
      const { clock, settings } = this.#parts;
      const maySpareModel = () => settings()["engine.skipModelWhenSure"];
      const hosted = this.#again(
        (...how) => this.gateways.complete(...how),
        this.link,
        hostedBackMs,
      );
      const drafts = this.#again(engine, this.#engine, childBackMs);
      return mergedSource(drafts, hosted, { maySpareModel, clock })(request, signal);
    }
    // The local child answers on both: its pipe stands in while the socket is being dialled.
    const child: CompletionSource = (...ask) =>
      (this.link.state.kind === "ready" ? window : engine)(...ask);
    return this.#again(child, this.link, childBackMs)(request, signal);
  }

  /** The engine drafts where there is a model, here or behind a team's gateway. */
  readonly hasDrafts = (): boolean => this.isHosted || hasModel(this.#parts.settings());

  /** A draft waits for a model only where that can be reached now. */
  readonly draftPatienceMs = (): number => (this.link.state.kind === "ready" ? draftPatienceMs : 0);

  #again(source: CompletionSource, link: PersistentLink, withinMs: number): CompletionSource {
    const ready = (signal: AbortSignal) => link.ready(signal);
    return askedAgain(source, { ready, withinMs, clock: this.#parts.clock });
  }

  /** Something may have broken the link without a word; not the one to a child on this machine. */
  suspect(): void {
    if (!this.gateways.areUsed) return;
    this.link.suspect();
    this.gateways.suspect();
  }

  /** Lets the far ends have a document, and the model and the engine read it, before something is asked at this offset. */
  warm(documentKey: string, offset: number): void {
    const { speculation } = this.#parts.settings();
    if (speculation) this.link.warm(documentKey, offset);
    if (!speculation || this.gateways.areUsed) this.#engine.warm(documentKey, offset);
  }

  /** Calls the listener when a far end is there, or there again, and knows nothing of the files. */
  onReady(listener: () => void): Disposable {
    const store = new DisposableStore();
    store.add(
      this.link.onState(({ kind }) => {
        if (kind === "ready") listener();
      }),
    );
    store.add(
      this.#engine.onState(({ kind }) => {
        if (kind === "ready" && this.gateways.areUsed) listener(); // else both go to the same child
      }),
    );
    return store;
  }

  /** Lets the far ends have a document that they may know, before it is asked about. */
  recall(documentKey: string, isConfined: boolean): void {
    this.#engine.recall(documentKey);
    if (!isConfined) this.link.recall(documentKey);
  }

  /**
   * Begins anew with the settings and secrets as they are now; with `isFirstAlone` until the next time without the fallbacks, so
   * that what answers is the first model.
   */
  restart({ isFirstAlone = false } = {}): void {
    this.#isFirstAlone = isFirstAlone;
    this.#leastPatienceMs = isFirstAlone ? triedPatienceMs : 0;
    this.process.restart();
    this.link.reconnect();
    this.#engine.reconnect();
  }

  /** Whether the gateway is on another machine. */
  get isHosted(): boolean {
    return this.gateways.areUsed;
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** The socket that was dialled last is in use: this is the way to go, whichever it is. */
  #settle(): void {
    this.#isWebSocketBack = false;
    if (this.gateways.areUsed) this.gateways.settle();
  }

  async #dial(signal: AbortSignal): Promise<FrameSocket> {
    if (this.gateways.areUsed) {
      this.#remoteProfile ??= remoteProfile(await this.#readDictionary());
      return this.gateways.dial(signal);
    }
    this.gateways.rest();
    const child = await this.process.running(signal);
    return dialWebSocket(child.address, child.token, signal);
  }

  /** The dictionary that was built beside this program; without it the link works all the same. */
  async #readDictionary(): Promise<Dictionary | undefined> {
    const { extensionFolder, log } = this.#parts;
    try {
      return dictionaryOf(await readFile(path.join(extensionFolder, "dist", "dictionary.bin")));
    } catch (error) {
      log.warn(`without the compression dictionary: ${Failure.from(error).message}`);
      return undefined;
    }
  }

  async #dialPipe(signal: AbortSignal): Promise<FrameSocket> {
    const { pipe } = await this.process.running(signal);
    if (this.#usedPipes.has(pipe)) {
      throw new Failure("gateway-unreachable", "the local gateway is ending");
    }
    this.#usedPipes.add(pipe);
    return pipe;
  }

  /** What the child is told of how to draft. A model is spared only where there is one. */
  #drafting(): DraftingWish {
    const settings = this.#parts.settings();
    const mayAsk = this.hasDrafts();
    return {
      suggestions: settings["engine.suggestions"],
      hasModel: mayAsk,
      sparesModel: mayAsk && settings["engine.skipModelWhenSure"],
    };
  }

  /**
   * The settings' part of the child's start message. A hosted gateway reaches the model itself, and until the keys are there
   * the engine is alone: a model asked without would refuse.
   */
  async #startSettings(): Promise<Readonly<Record<string, unknown>>> {
    const settings = this.#parts.settings();
    const folders = vscode.workspace.workspaceFolders ?? [];
    const roots = folders
      .filter((folder) => folder.uri.scheme === "file")
      .map((folder) => ({ name: rootNameOf(folder, folders), folder: folder.uri.fsPath }));
    if (!hasModel(settings) || this.gateways.areUsed) return { roots };
    const first = { kind: settings["upstream.kind"], url: settings["upstream.url"] };
    const fallbacks = this.#isFirstAlone ? [] : settings["upstream.fallbacks"];
    const reads = [first, ...fallbacks].map((model) => this.#upstreamKey(model));
    const leastMs = this.#leastPatienceMs;
    this.#leastPatienceMs = 0; // now: a start that was given up meanwhile must not take the next one's
    const keys = await this.#startKeys.inTime(Promise.all(reads), leastMs);
    if (!keys) {
      this.#parts.log.warn("the secret storage is slow: the engine begins without the model");
      return { roots };
    }
    return { roots, ...startModels(settings, { fallbacks, keys }) };
  }

  /** Without its secret storage a window asks without a key: the model says so if it needs one. */
  async #upstreamKey(model: ModelPlace): Promise<string | undefined> {
    const address = addressOf(model);
    try {
      return address === "" ? undefined : await this.#parts.secrets.get(keyNameOf(address));
    } catch (error) {
      this.#parts.log.warn(`the secret storage cannot be read: ${Failure.from(error).message}`);
      return undefined;
    }
  }
}
