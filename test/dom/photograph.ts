/** Pictures of what the tests have on the screen, for people to look at. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../dist/screenshots");

/** Takes a picture into dist/screenshots/. */
export async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
