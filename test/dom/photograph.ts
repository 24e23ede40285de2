/** Pictures of what the tests have on the screen, for people to look at. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../dist/screenshots");

/** A part of the page, in CSS pixels. */
export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Takes a picture of the page, or a part of it, into dist/screenshots/; its path. */
export async function photograph(page: Page, name: string, clip?: Clip): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, ...(clip && { clip }) });
  return path;
}
