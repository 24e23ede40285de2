/**
 * A file in which every typed key can diverge from what is suggested. Its lines begin with all the words of
 * three letters over a small alphabet, each going on in its own way. Behind each prefix one word is far more frequent than the
 * others together, so an engine that knows the file is sure of an answer there, and a typist who picks another letter than
 * the one suggested makes it answer anew.
 */
const letters = ["b", "f", "m"];
/** How many times more frequent than the others together. */
const lead = 6;

/** The file's text: its lines in a fixed, scattered order, and a comment between them and what is typed. */
export function branchingFile(): string {
  const others = letters.length - 1;
  const second = lead * others;
  const first = lead * others * (second + others);
  const lines: string[] = [];
  for (const a of letters) {
    for (const b of letters) {
      for (const c of letters) {
        const [isFirst, isSecond] = [b === letters[0] && c === letters[0], c === letters[0]];
        const line = `${a}${b}${c}measure(${lines.length});`;
        const count = isFirst ? first : isSecond ? second : 1;
        lines.push(...Array.from({ length: count }, () => line));
      }
    }
  }
  const scattered = lines.map((line, index) => ({ line, at: (index * 197) % lines.length }));
  scattered.sort((x, y) => x.at - y.at);
  return `${scattered.map(({ line }) => line).join("\n")}\n// typed below\n`;
}

/** A letter that leads to another line than the suggestion does. */
export function divergingLetter(suggestion: string, random: () => number): string {
  const choices = letters.filter((letter) => letter !== suggestion.charAt(0));
  return choices[Math.floor(random() * choices.length)] ?? "b";
}

/** How many letters a line begins with before its number: typing more would leave the known words. */
export const lettersInLine = 3;
