/** A workspace folder, as the editor has it. */
interface Root {
  readonly name: string;
  /** Its place in the workspace. */
  readonly index: number;
}

/**
 * What the files of a workspace folder are called under, here and at the far ends: its name, with a number behind it where one
 * before it is called the same, as two folders `src` of one workspace are.
 */
export function rootNameOf({ name, index }: Root, all: readonly Root[] = []): string {
  const same = all.filter((each) => each.index < index && each.name === name).length;
  return same === 0 ? name : `${name} (${same + 1})`;
}
