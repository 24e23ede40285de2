/** The pattern of the files whose path has a text in it, in whatever case; of all files for none. */
export function includedGlob(text: string): string {
  const part = Array.from(text.trim().replaceAll("\\", "/"), anyCase).join("");
  return part === "" ? "**/*" : `{**/*${part}*,**/*${part}*/**}`;
}

/** The pattern of what the settings `files.exclude` and `search.exclude` leave out, and of packages. */
export function excludedGlob(settings: readonly unknown[]): string {
  const globs = settings.flatMap((setting) =>
    Object.entries(setting ?? {}).flatMap(([glob, isOut]) => (isOut === true ? [glob] : [])),
  );
  return `{${[...new Set(["**/node_modules", ...globs.flatMap(withoutBraces)])].join()}}`;
}

/** A letter in both cases; any character for one that means something in a pattern. */
function anyCase(character: string): string {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  if (/[*?[\]{},!^]/.test(character)) return "?";
  return lower !== upper && lower.length === upper.length ? `[${lower}${upper}]` : character;
}

/** The patterns that one with alternatives stands for: within other alternatives it could not stand. */
function withoutBraces(glob: string): string[] {
  const [, start, options, end] = /^(.*)\{([^{}]*)\}(.*)$/s.exec(glob) ?? [];
  if (options === undefined) return [glob];
  return options.split(",").flatMap((option) => withoutBraces(`${start}${option}${end}`));
}
