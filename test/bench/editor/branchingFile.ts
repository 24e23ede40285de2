/**
 * A file in which every typed key can diverge from what is suggested. Its lines begin with all the words of
 * three letters over a small alphabet, each going on in its own way, so an engine that knows the file has an
 * answer for each prefix, and a typist who picks another letter than the one suggested makes it answer anew.
 */
const letters = ["b", "d", "f", "h", "k", "m", "r", "t"];

/** The file's text: 512 lines in a fixed, scattered order, and a comment between them and what is typed. */
export function branchingFile(): string {
  const words: string[] = [];
  for (const a of letters) for (const b of letters) for (const c of letters) words.push(a + b + c);
  const scattered = words.map((word, index) => ({ word, at: (index * 197) % words.length }));
  scattered.sort((x, y) => x.at - y.at);
  const lines = scattered.map(({ word }, index) => `${word}${index} = measure(${index * 7 + 3});`);
  return `${lines.join("\n")}\n// typed below\n`;
}

/** A letter that leads to another line than the suggestion does, and never the one typed before it. */
export function divergingLetter(suggestion: string, random: () => number): string {
  const choices = letters.filter((letter) => letter !== suggestion.charAt(0));
  return choices[Math.floor(random() * choices.length)] ?? "b";
}

/** How many letters a line begins with before its number: typing more would leave the known words. */
export const lettersInLine = 3;
