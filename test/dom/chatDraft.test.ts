/// <reference lib="dom" />
/** The question that is being written in the chat's page: it is lost to no edit of another one, and to no hidden view. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { FromView } from "../../src/chat/viewMessages.ts";
import { exchangeWith, LoneChatPage } from "./loneChatPage.ts";

const exchanges = [exchangeWith("It is one."), { ...exchangeWith("And two."), id: "two" }];

void describe("A question that is being written", () => {
  let lone: LoneChatPage;
  before(async () => {
    lone = await LoneChatPage.open();
  });
  after(() => lone.close());
  beforeEach(async () => {
    await lone.page.evaluate(() => {
      sessionStorage.clear();
    });
    await lone.showAgain();
    await lone.say({ type: "conversation", exchanges });
    await lone.page.locator("article").nth(1).waitFor();
  });

  const question = () => lone.page.locator("textarea");
  const written = () => question().inputValue();
  const isEditing = () => lone.page.locator(".editing").isVisible();
  const edit = async () => {
    await lone.page.getByRole("button", { name: "Edit Question" }).first().click();
    await lone.page.locator(".editing").waitFor();
  };
  /** Another conversation comes in front, and what was said to it. */
  const open = async (ids: readonly string[]): Promise<readonly FromView[]> => {
    const said = (await lone.said()).length;
    const others = ids.map((id) => ({ ...exchangeWith("Other."), id }));
    await lone.say({ type: "conversation", exchanges: others });
    await lone.page
      .locator(ids.length === 0 ? ".empty" : ".answer")
      .first()
      .waitFor();
    return (await lone.said()).slice(said);
  };

  void it("waits while another one is edited, and comes back when that is cancelled", async () => {
    for (const cancel of ["Cancel", "Escape"]) {
      await question().fill("half a quest");
      await edit();
      assert.equal(await written(), "What is this?");
      await question().fill("What is that?");
      await edit(); // another one is edited instead
      if (cancel === "Escape") await question().press("Escape");
      else await lone.page.getByRole("button", { name: "Cancel" }).click();
      assert.equal(await written(), "half a quest");
      assert.equal(await isEditing(), false);
    }
  });

  void it("comes back when the edited one is sent", async () => {
    await question().fill("half a quest");
    await edit();
    await question().press("Enter");
    const sent = { type: "ask", text: "What is this?", replaces: "one" };
    assert.deepEqual((await lone.said()).at(-1), sent);
    assert.equal(await written(), "half a quest");
    await question().press("Enter");
    assert.deepEqual((await lone.said()).at(-1), { type: "ask", text: "half a quest" });
    assert.equal(await written(), "");
  });

  void it("comes back when another conversation comes in front", async () => {
    await question().fill("half a quest");
    await edit();
    assert.deepEqual(await open(["three"]), [{ type: "leaveEdit" }]);
    assert.equal(await written(), "half a quest");
    await lone.showAgain();
    assert.equal(await written(), "half a quest");
  });

  /** The view is hidden in the middle of an edit, and shown again. */
  const showAgainWhileEdited = async (draft: string) => {
    await question().fill(draft);
    await edit();
    await question().fill("What is that?");
    await lone.showAgain();
    assert.equal(await written(), "What is that?");
  };

  void it("goes on as an edit when the view is shown again", async () => {
    await showAgainWhileEdited("half a quest");
    assert.deepEqual(await open(["one", "two"]), [{ type: "edit", exchangeId: "one" }]);
    assert.equal(await isEditing(), true);
    assert.equal(await lone.page.locator("textarea:focus").count(), 0); // nobody has gone there
    assert.deepEqual(await open(["one"]), []); // its chips are told once: one may have been taken off
    await question().press("Enter");
    const sent = { type: "ask", text: "What is that?", replaces: "one" };
    assert.deepEqual((await lone.said()).at(-1), sent);
    assert.equal(await written(), "half a quest");
    await lone.showAgain();
    assert.equal(await written(), "half a quest");
    assert.deepEqual(await open(["one", "two"]), []);
    assert.equal(await isEditing(), false);
  });

  for (const [draft, left] of [
    ["", "What is that?"],
    ["half a quest", "half a quest"],
  ] as const) {
    void it(`is a draft again when the question it edits is not shown again, behind “${draft}”`, async () => {
      await showAgainWhileEdited(draft);
      await open(["three"]);
      assert.equal(await written(), left);
      assert.equal(await isEditing(), false);
      await question().press("Enter");
      assert.deepEqual((await lone.said()).at(-1), { type: "ask", text: left });
    });
  }

  void it("is empty where the page before has kept something else", async () => {
    await lone.page.evaluate(() => {
      sessionStorage.setItem("state", '{"text":1}');
    });
    await lone.showAgain();
    assert.equal(await written(), "");
  });
});
