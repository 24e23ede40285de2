import type { Engine } from "../engine/engine.ts";
import type { DraftingWish } from "../wire/childNotices.ts";
import type { CompletionRequest } from "../wire/messages.ts";
import type { AheadReader, Drafted, Drafter } from "./pipeline.ts";

/** How likely a draft must be right to be shown. */
const leastConfidence = { quiet: 0.8, balanced: 0.7, eager: 0.55 } as const;
/** A draft this likely right needs no model beside it. */
const sureConfidence = 0.9;

/** Lets the engine draft as the window wants it. Until it has said a word: balanced, without a model. */
export class Drafting implements AheadReader, Drafter {
  readonly #engine: Engine;
  readonly #onRead: (request: CompletionRequest) => void;
  #wanted: DraftingWish = { suggestions: "balanced", hasModel: false, sparesModel: false };

  /** `onRead` gets what the engine has read ahead. */
  constructor(engine: Engine, onRead: (request: CompletionRequest) => void = () => undefined) {
    this.#engine = engine;
    this.#onRead = onRead;
  }

  get maySpareModel(): boolean {
    return this.#wanted.sparesModel;
  }

  /** From now on. */
  set(wanted: DraftingWish): void {
    this.#wanted = wanted;
  }

  read(request: CompletionRequest): void {
    this.#engine.predict(request);
    this.#onRead(request);
  }

  draft(request: CompletionRequest): Drafted | undefined {
    const { suggestions, hasModel } = this.#wanted;
    const least = leastConfidence[suggestions];
    const drafted = this.#engine.draft(request, least);
    if (!drafted) return undefined;
    const { text, confidence } = drafted;
    const isHoped = confidence < least; // the engine knows little, and is not exacting
    const mayWait = isHoped && hasModel && !request.isConfined;
    return { text, isSure: confidence >= sureConfidence, mayWait };
  }
}
