/** One line per event, with numbers and outcomes; never source text, prompts or keys. */
export interface Logger {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
}
