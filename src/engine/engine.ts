/**
 * This folder answers with no model and no network: it looks where the tokens before the cursor, or their like, stood
 * before, in the open document, the project's files and the declarations of what it imports, lets what came there vote
 * for what comes next, and reads on so to the line's end. It owns what was learned of the project and the index of the open documents. It must not know
 * the wire, the link or the editor, and never writes to disk. Start here, then `decode.ts` for how a line is read on,
 * `votes.ts` and `likelihood.ts` for one token of it, `tokenLog.ts` for the index; `indexing/` reads the project's files,
 * `declarations/` what is known of packages.
 */
import type { Disposable } from "../base/disposable.ts";
import { besides } from "./besides.ts";
import { confidenceIn, featuresOf, type Known } from "./confidence.ts";
import { cursorAt } from "./cursor.ts";
import { decode } from "./decode.ts";
import { LiveDocument } from "./liveDocument.ts";
import { ProjectMemory } from "./projectMemory.ts";
import type { SegmentParts } from "./segment.ts";

/** A cursor in a document. `path` is the key the file is learned under, if it is. */
export interface EngineQuery {
  readonly path: string;
  readonly languageId: string;
  readonly before: string;
  readonly after: string;
  /** True when only the document itself may be copied from and nothing of it may be kept as learned. */
  readonly isConfined: boolean;
}

/** What the engine holds. */
export interface EngineStats {
  readonly learnedFiles: number;
  readonly learnedChars: number;
  readonly liveDocuments: number;
  /** The bytes of all indexes, without the texts. */
  readonly indexBytes: number;
}

/** A way the line may go on, from the cursor on. */
export interface Prediction {
  readonly text: string;
  /** How likely all of it is what will be written, 0 to 1. */
  readonly confidence: number;
  /** What the confidence was worked out from. */
  readonly features: readonly number[];
  /** How many tokens before the cursor stood before what its first token was taken from. */
  readonly matchTokens: number;
}

/** What is worth showing. */
export type Drafted = Pick<Prediction, "text" | "confidence">;

const maxLiveDocuments = 8;
/** Confidence is seldom more than so many times the likelihood by the votes, so what is less likely is not read on. */
const mostTrust = 4;
/** What is shown is right more than two times in three. */
const balanced = 0.7;
/** Less is not worth looking at. */
const leastChars = 3;
/**
 * Where so little is known hardly anything stands often enough to be sure of. Unless quiet is wanted less is asked for then,
 * and a whole line is offered that is not unlikely where all of so many tokens stood before.
 */
const littleChars = 32 * 1024;
const hopeful = { leastConfidence: 0.55, wholeLine: 0.1, wholeLineTokens: 8 };

/** The engine. Synchronous and never failing; `dispose` frees what it holds. */
export class Engine implements Disposable {
  readonly #memory = new ProjectMemory();
  /** Not the person's own text: no ground to be sure of what is written here. */
  readonly #declarations = new ProjectMemory();
  /** In order of use, the most recent last. */
  readonly #documents = new Map<string, LiveDocument>();

  get stats(): EngineStats {
    const documents = [...this.#documents.values()];
    return {
      learnedFiles: this.#memory.fileCount,
      learnedChars: this.#memory.chars,
      liveDocuments: documents.length,
      indexBytes: documents.reduce(
        (sum, each) => sum + each.sizeBytes,
        this.#memory.sizeBytes + this.#declarations.sizeBytes,
      ),
    };
  }

  /** The text to insert at the cursor, to the end of the line at most; undefined without enough confidence. */
  complete(query: EngineQuery, leastConfidence = balanced): string | undefined {
    return this.draft(query, leastConfidence)?.text;
  }

  /** As `complete`, with how likely the text is what will be written, 0 to 1: less than asked for where little is known. */
  draft(query: EngineQuery, leastConfidence = balanced): Drafted | undefined {
    const isHopeful = this.#isHopeful(query, leastConfidence);
    const least = isHopeful ? Math.min(hopeful.leastConfidence, leastConfidence) : leastConfidence;
    const steps = this.predict(query, isHopeful ? 0 : least / mostTrust);
    const isWhole = isHopeful && isCopy(steps.at(-1));
    const sure = isWhole ? steps : upToSurest(steps, least);
    const drafted = besides(sure, query, least);
    if (!drafted || drafted.text.trim().length < leastChars) return undefined;
    return { text: drafted.text, confidence: drafted.confidence };
  }

  #isHopeful(query: EngineQuery, leastConfidence: number): boolean {
    const { liveChars, projectChars } = this.#known(query);
    const knownChars = liveChars + projectChars;
    return knownChars < littleChars && leastConfidence <= balanced;
  }

  /** How the line may go on, token by token, each with all before it. */
  predict(query: EngineQuery, leastLikelihood = 0.02): Prediction[] {
    return this.#read(query, leastLikelihood, 1)[0] ?? [];
  }

  /** The rest of the line in a few ways, the likeliest first. */
  lines(query: EngineQuery, most: number): Prediction[] {
    return this.#read(query, 0, most).flatMap((steps) => steps.at(-1) ?? []);
  }

  #read(query: EngineQuery, leastLikelihood: number, mostWays: number): Prediction[][] {
    if (query.isConfined) this.forgetFile(query.path);
    const document = this.#documentOf(query.path);
    document.update(query.before, query.after);
    const cursor = cursorAt(document.above);
    const learned = query.isConfined ? [] : [this.#memory, this.#declarations];
    const reading = {
      cursor,
      open: [document.above.upTo(cursor.end), document.below],
      project: learned.flatMap((memory) => memory.corporaFor(query)),
      below: document.below.firstHash,
      leastLikelihood,
    };
    const known = this.#known(query);
    return decode(reading, mostWays).map((steps) =>
      readable(steps).map((step, index) => {
        const features = featuresOf(step, index, cursor, known);
        const confidence = confidenceIn(features);
        return { text: step.text, features, confidence, matchTokens: step.firstMatch };
      }),
    );
  }

  /** How much text of the document and of the project may be copied from. */
  #known({ before, after, isConfined }: EngineQuery): Known {
    const projectChars = isConfined ? 0 : this.#memory.chars;
    return { liveChars: before.length + after.length, projectChars };
  }

  /** Learns a file, in the caller's time. */
  learnFile(path: string, text: string): void {
    this.#memory.learn(path, text);
  }

  /** Takes over files that another thread has read. */
  adopt(segment: SegmentParts): void {
    this.#memory.adopt(segment);
  }

  /** Takes over what another thread has read of packages; `forgetFile` forgets such a file too. */
  adoptDeclarations(segment: SegmentParts): void {
    this.#declarations.adopt(segment);
  }

  forgetFile(path: string): void {
    this.#memory.forget(path);
    this.#declarations.forget(path);
  }

  /** Forgets all of the project and of packages; the open documents stay. */
  forgetProject(): void {
    this.#memory.clear();
    this.#declarations.clear();
  }

  dispose(): void {
    this.forgetProject();
    this.#documents.clear();
  }

  #documentOf(path: string): LiveDocument {
    const document = this.#documents.get(path) ?? new LiveDocument();
    this.#documents.delete(path);
    this.#documents.set(path, document);
    for (const oldest of this.#documents.keys()) {
      if (this.#documents.size <= maxLiveDocuments) break;
      this.#documents.delete(oldest);
    }
    return document;
  }
}

/** A file in another encoding than UTF-8 is learned but for the letters that were replaced: nothing is offered from one of them on. */
function readable<S extends { readonly text: string }>(steps: readonly S[]): readonly S[] {
  const end = steps.findIndex(({ text }) => text.includes("\ufffd"));
  return end < 0 ? steps : steps.slice(0, end);
}

/** As much of the line as is this likely. */
const upToSurest = (steps: readonly Prediction[], leastConfidence: number): Prediction[] =>
  steps.slice(0, steps.findLastIndex(({ confidence }) => confidence >= leastConfidence) + 1);

const isCopy = (whole: Prediction | undefined): boolean =>
  whole !== undefined &&
  whole.matchTokens >= hopeful.wholeLineTokens &&
  whole.confidence >= hopeful.wholeLine;
