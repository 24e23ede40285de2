import assert from "node:assert/strict";
import { it } from "node:test";
import { cutAtSpecialToken } from "../../../../src/completion/tidy/specialTokens.ts";
import { filteredBy, holdFilter } from "../../../helpers/tidyTable.ts";

holdFilter("a text ends where a model's control token leaks into it", cutAtSpecialToken, [
  ["foo(█)", "a<|endoftext|>)", "a"],
  ["foo(█)", "a<fim_middle>b", "a"],
  ["foo(█)", "a<fim-suffix>b", "a"],
  ["foo(█)", "a<fim_pad>", "a"],
  ["foo(█)", "a<file_sep>other.ts", "a"],
  ["foo(█)", "a<｜end▁of▁sentence｜>", "a"],
  ["foo(█)", "a<｜fim▁hole｜>", "a"],
  ["foo(█)", "a <EOT>", "a "],
  ["foo(█)", "a <MID>b", "a "],
  ["foo(█)", "a<extra_id_0>", "a"],
  ["foo(█)", "a<|mask:0|>", "a"],
  ["foo(█)", "a[SUFFIX])[PREFIX]foo(", "a"],
  ["foo(█)", "a</s>", "a"],
  ["foo(█)", "a</s>b", "a"],
  ["foo(█)", "a<eos>", "a"],
  ["foo(█)", "a<|im_e", "a"],
  ["foo(█)", "a<|endoftext|", "a"],
  ["█", "a\n<|assistant", "a\n"],
  ["█", "a<|python_tag|", "a"],
  ["foo(█)", "a<|mask:1", "a"],
  ["foo(█)", "a<｜end▁of", "a"],
]);

holdFilter("a text ends where a chat begins another turn", cutAtSpecialToken, [
  ["█", "foo();<|im_end|>\n<|im_start|>user", "foo();"],
  ["█", "foo();<|eot_id|><|start_header_id|>user", "foo();"],
  ["█", "foo();<end_of_turn>\n<start_of_turn>user", "foo();"],
  ["█", "foo(); [/INST]", "foo(); "],
  ["█", "foo[/INST]", "foo"],
  ["█", "foo();[INST] next", "foo();"],
  ["foo();█", "[INST] next", ""],
  ["█", "foo();<</SYS>>", "foo();"],
  ["█", "foo();\n### Response:\nbar();", "foo();"],
]);

holdFilter("what only looks like a control token stays", cutAtSpecialToken, [
  ["█", "<pre>a</pre>", "<pre>a</pre>"],
  ["█", "<s>a</s>", "<s>a</s>"],
  ["<s>a█", "b</s>", "b</s>"],
  ['<s class="x">a█', "b</s>", "b</s>"],
  ["█", "a <| b |> c", "a <| b |> c"],
  ["█", "regs[INST] + 1", "regs[INST] + 1"],
  ["regs█", "[INST] + 1", "[INST] + 1"],
  ["█", "regs[0][INST] + f(a)[INST]", "regs[0][INST] + f(a)[INST]"],
  ["█", "usage: copy <from> <to>", "usage: copy <from> <to>"],
  ["█", 'tokens = ["<eos>"]', 'tokens = ["<eos>"]'],
  ["█", "headers[SUFFIX] = 1", "headers[SUFFIX] = 1"],
  ["█", "a || b", "a || b"],
]);

holdFilter(
  "a language's own operator stays",
  cutAtSpecialToken,
  [
    ["█", "items <|map", "items <|map"],
    ["█", "a<|endoftext|>", "a"],
  ],
  "fsharp",
);

it("a text of control tokens alone is called that", () => {
  assert.equal(filteredBy("foo(█)", "<|fim_suffix|>"), "a model's control token");
});
