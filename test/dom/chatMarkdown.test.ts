/// <reference lib="dom" />
/** What an answer's Markdown looks like in the chat's page, at its end and at each moment before. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { exchangeWith, LoneChatPage } from "./loneChatPage.ts";

void describe("The Markdown of an answer", () => {
  let lone: LoneChatPage;
  before(async () => {
    lone = await LoneChatPage.open();
    await lone.page.emulateMedia({ reducedMotion: "reduce" }); // text is drawn as it comes
  });
  after(() => lone.close());

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
});
