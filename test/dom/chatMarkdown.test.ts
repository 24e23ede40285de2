/// <reference lib="dom" />
/** What an answer's Markdown looks like in the chat's page, at its end and at each moment before. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { freshSeed, seededRandom } from "../helpers/randomness.ts";
import { exchangeWith, LoneChatPage } from "./loneChatPage.ts";
import { nestedMarkdown } from "./nestedMarkdown.ts";

/** Blocks in blocks, and what is hard to tell before its line is whole. */
const nested = `${nestedMarkdown("const one = 1;")}***bold* and slant**

> and
\`\`\`no\`\`\` code
#5 is no heading
`;

void describe("The Markdown of an answer", () => {
  let lone: LoneChatPage;
  before(async () => {
    lone = await LoneChatPage.open();
    await lone.page.emulateMedia({ reducedMotion: "reduce" }); // text is drawn as it comes
  });
  after(() => lone.close());

  const markup = () => lone.page.locator(".answer .text").evaluate((node) => node.innerHTML);
  /** An answer of which this much has come is shown in the place of the one before. */
  const begin = async (text: string) => {
    await lone.page.evaluate(() => document.querySelector(".answer")?.remove());
    const exchanges = [exchangeWith(text, { state: "coming" })];
    await lone.say({ type: "conversation", exchanges });
    await lone.page.locator(".answer.coming").waitFor();
  };
  /** The numbers of what is in numbered lists, as people see them. */
  const numbers = () =>
    lone.page
      .locator("ol")
      .evaluateAll((lists) =>
        lists.flatMap((list) =>
          [...list.children].map((_, at) => (list as HTMLOListElement).start + at),
        ),
      );

  void it("has lists that go on behind code go on counting", async () => {
    await lone.show("1. one\n\n```\ncode\n```\n\n2. two\n3. three\n");
    assert.deepEqual(await numbers(), [1, 2, 3]);
  });

  void it("has a number of a list in the list, though its point came in another piece", async () => {
    await begin("1. one\n\n2");
    await lone.say({ type: "text", exchangeId: "one", text: ". two\n" });
    await lone.page.locator("li", { hasText: "two" }).waitFor();
    assert.equal(await lone.page.locator("ol").count(), 1);
  });

  void it("has a link whose address comes later, within a quotation", async () => {
    await begin("A [link][d].\n\nMore.\n");
    const address = "\n> [d]: https://example.com/d\n";
    await lone.say({ type: "text", exchangeId: "one", text: address });
    const exchange = exchangeWith(`A [link][d].\n\nMore.\n${address}`);
    await lone.say({ type: "answer", exchange });
    await lone.page.locator(".answer:not(.coming)").waitFor();
    const links = await lone.page.locator(".text a").evaluateAll((all) => all.map(String));
    assert.deepEqual(links, ["https://example.com/d"]);
  });

  void it("looks after each piece as if all of it had come at once", async () => {
    const seed = freshSeed();
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const ends: number[] = [];
    for (let end = 0; end < nested.length;)
      ends.push((end += Math.min(1 + Math.floor(random() * 7), nested.length - end)));
    const looks: string[] = [];
    for (const end of ends) {
      await begin(nested.slice(0, end));
      looks.push(await markup());
    }
    await begin("");
    for (const [at, end] of ends.entries()) {
      const text = nested.slice(ends[at - 1] ?? 0, end);
      await lone.say({ type: "text", exchangeId: "one", text });
      const look = looks[at] ?? "";
      await lone.page
        .waitForFunction((html) => document.querySelector(".text")?.innerHTML === html, look, {
          timeout: 2_000,
        })
        .catch(async () => {
          assert.equal(await markup(), look, `behind ${JSON.stringify(nested.slice(0, end))}`);
        });
    }
  });
});
