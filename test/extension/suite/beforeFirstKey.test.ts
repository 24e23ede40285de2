/** What is done before the first key, so that its answer need not wait for it. */
import { setup, suite, suiteSetup, suiteTeardown, teardown, test } from "mocha";
import type { ScriptedUpstream } from "../../helpers/scriptedUpstream.ts";
import {
  closeAll,
  quietEditor,
  restoreSettings,
  setSettings,
  showFile,
  until,
} from "./editorWindow.ts";
import { endServers, startModel, useModel } from "./servers.ts";

const lines = "export const each = 1;\n".repeat(40);

suite("Before the first key", () => {
  suiteSetup(async () => {
    await quietEditor();
    await setSettings({ "slipstream.speculation": true });
  });
  suiteTeardown(restoreSettings);
  setup(closeAll);
  teardown(async () => {
    await closeAll();
    await endServers();
  });

  const chosenModel = async () => {
    const model = await startModel({ tokens: ["1;"] });
    await useModel(model.url, { kind: "llama.cpp" });
    return model;
  };
  /** Waits until the model was made to read a text, and to say nothing. */
  const hasRead = (model: ScriptedUpstream, text: string) =>
    until(`the model has read ${text}`, () =>
      model.records.some(({ body }) => {
        const { n_predict: maxTokens, input_prefix: prefix, prompt } = body;
        return maxTokens === 0 && `${String(prefix)}${String(prompt)}`.includes(text);
      }),
    );

  test("the model reads each file that is brought to the front", async () => {
    const model = await chosenModel();
    for (const name of ["first", "second"]) {
      await showFile(`${name}.ts`, `// ${name}\n${lines}`);
      await hasRead(model, `// ${name}`);
    }
  });

  test("a model that is chosen while a file is in front reads it", async () => {
    const first = await chosenModel();
    await showFile("front.ts", `// in front\n${lines}`);
    await hasRead(first, "// in front");
    const second = await chosenModel();
    await hasRead(second, "// in front");
  });
});
