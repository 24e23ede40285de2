/**
 * How model families were trained to fill in the middle: their marks and the order of the texts. One place for all of
 * them; used where a server takes a raw prompt. The sources are what the authors of each model publish.
 *
 * What was typed last always stands at the end, so that a server that keeps what it has read of the last prompt reads
 * little more than that anew. Where the suffix comes first that is the order itself. Where it comes second, what was
 * typed follows the middle mark, as if the model had begun to write it.
 */

/** The texts of a prompt. */
export interface FimTexts {
  /** The text before the cursor up to where it stays the same from key to key. */
  readonly head: string;
  /** What has been typed behind the head. */
  readonly typed: string;
  /** The text after the cursor. */
  readonly tail: string;
}

/** How one family is asked. */
export interface FimTemplate {
  /** Whether the model reads what is after the cursor before all else. */
  readonly isSuffixFirst: boolean;
  readonly marks: readonly string[];
  readonly prompt: (texts: FimTexts) => string;
  /** Where an answer ends if the server does not know it: at most four, all that OpenAI's protocol allows. */
  readonly stops: readonly string[];
}

function prefixFirst(prefix: string, suffix: string, middle: string): Omit<FimTemplate, "stops"> {
  return {
    isSuffixFirst: false,
    marks: [prefix, suffix, middle],
    prompt: ({ head, typed, tail }) => prefix + head + suffix + tail + middle + typed,
  };
}

/** The model goes on with the prefix itself: the middle mark stands in front of it, and the prefix mark at the start. */
function joined(prefix: string, suffix: string, middle: string): Omit<FimTemplate, "stops"> {
  return {
    isSuffixFirst: true,
    marks: [prefix, suffix, middle],
    prompt: ({ head, typed, tail }) => prefix + suffix + tail + middle + head + typed,
  };
}

/** Each text behind its own mark, then the middle mark where there is one. */
function apart(prefix: string, suffix: string, middle = ""): Omit<FimTemplate, "stops"> {
  return {
    isSuffixFirst: true,
    marks: middle === "" ? [prefix, suffix] : [prefix, suffix, middle],
    prompt: ({ head, typed, tail }) => suffix + tail + prefix + head + typed + middle,
  };
}

const starCoderMarks = ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"] as const;
const starCoderStops = ["<|endoftext|>", "<file_sep>", "<fim_prefix>", "<fim_pad>"];
const barMarks = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"] as const;

/** By what a model's name contains; the first that fits. */
const families: readonly (readonly [name: RegExp, template: FimTemplate])[] = [
  [
    // Technical report of Qwen2.5-Coder, file-level FIM: prefix first only. Qwen3-Coder has the same marks.
    /qwen-?(2\.5|3).*coder/,
    {
      ...prefixFirst(...barMarks),
      stops: ["<|endoftext|>", "<|file_sep|>", "<|fim_prefix|>", "<|fim_pad|>"],
    },
  ],
  [
    // "Code Llama", section 2.3: both orders, each half of the time, joined. A mark is a word of SentencePiece: the space
    // in front belongs to it. The models of 34B and those for Python were not trained so.
    /code-?llama(?!.*(34b|python))/,
    {
      isSuffixFirst: true,
      marks: ["<PRE>", "<SUF>", "<MID>"],
      prompt: ({ head, typed, tail }) => `<PRE> <SUF>${tail} <MID> ${head}${typed}`,
      stops: ["<EOT>", "<PRE>", "<SUF>", "<MID>"],
    },
  ],
  [
    // "SantaCoder", section 4: trained as StarCoder is, with hyphens in the marks.
    /santacoder/,
    {
      ...joined("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
      stops: ["<|endoftext|>", "<fim-prefix>", "<fim-pad>"],
    },
  ],
  [
    // "StarCoder", section 5, and the code it was trained with (bigcode's Megatron-LM): both orders, each half of the time,
    // joined. "StarCoder 2", section 5: the same. Stable Code took it over.
    /star-?coder|stable-?code/,
    { ...joined(...starCoderMarks), stops: starCoderStops },
  ],
  [
    // The family's own benchmarks (qwencoder-eval, fim-bench): prefix first, with StarCoder's marks.
    /codeqwen/,
    { ...prefixFirst(...starCoderMarks), stops: starCoderStops },
  ],
  [
    // "Granite Code Models", section 4: both orders, with StarCoder's vocabulary.
    /granite.*code/,
    { ...joined(...starCoderMarks), stops: starCoderStops },
  ],
  [
    // Model cards of Granite 4: marks with bars, prefix first.
    /granite-?4/,
    { ...prefixFirst(...barMarks), stops: ["<|end_of_text|>", "<|fim_prefix|>", "<|fim_pad|>"] },
  ],
  [
    // "DeepSeek-Coder", section 3.1: prefix first, which was tried against suffix first and kept. V2 has the same marks.
    /deepseek.*coder/,
    {
      ...prefixFirst("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
      stops: ["<｜end▁of▁sentence｜>", "<|EOT|>", "<｜fim▁begin｜>"],
    },
  ],
  [
    // "CodeGemma", section 2: both orders, of which the model card documents prefix first alone.
    /code-?gemma/,
    {
      ...prefixFirst(...barMarks),
      stops: ["<|file_separator|>", "<end_of_turn>", "<eos>", "<|fim_prefix|>"],
    },
  ],
  [
    // mistral-common, encode_fim: suffix first, and no middle mark.
    /codestral/,
    { ...apart("[PREFIX]", "[SUFFIX]"), stops: ["</s>", "[SUFFIX]", "[PREFIX]"] },
  ],
  [
    // Model card of Seed-Coder-8B-Base: suffix first.
    /seed-?coder/,
    {
      ...apart("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
      stops: ["<[end▁of▁sentence]>", "<[fim-prefix]>", "<[fim-suffix]>"],
    },
  ],
  [
    // Model card of Mellum-4b: suffix first.
    /mellum/,
    { ...apart(...starCoderMarks), stops: starCoderStops },
  ],
];

/** The template of a model by its name or its file's; undefined where that tells no family. */
export function templateOf(model: string): FimTemplate | undefined {
  const name = model.toLowerCase();
  return families.find(([pattern]) => pattern.test(name))?.[1];
}

/** The prompt for a place. A mark within a text would part it in the wrong place: there it gets a space. */
export function fimPrompt({ marks, prompt }: FimTemplate, texts: FimTexts): string {
  const clean = (text: string): string =>
    marks.reduce(
      (done, mark) =>
        done.includes(mark) ? done.replaceAll(mark, `${mark.slice(0, 1)} ${mark.slice(1)}`) : done,
      text,
    );
  return prompt({ head: clean(texts.head), typed: clean(texts.typed), tail: clean(texts.tail) });
}
