import type { Node } from "web-tree-sitter";
import type { Surroundings } from "./syntaxView.ts";

/**
 * What a tree says about a place in it. Offsets are in UTF-16 units of the parsed text. The names of nodes are those
 * of the grammars that are shipped.
 */

const literals =
  /comment$|^(?:raw_)?string|string_(?:literal|content|fragment)$|^template_string$|^heredoc/;

/** Lists of values, each on a line of its own: a line finishes one of them. */
const values = new Set([
  "arguments",
  "argument_list",
  "array",
  "array_creation_expression",
  "array_expression",
  "array_initializer",
  "array_pattern",
  "dictionary",
  "export_clause",
  "field_initializer_list",
  "formal_parameters",
  "import_spec_list",
  "list",
  "literal_value",
  "named_imports",
  "object",
  "object_pattern",
  "parameter_list",
  "parameters",
  "parenthesized_expression",
  "set",
  "token_tree",
  "tuple",
  "tuple_expression",
  "type_arguments",
  "use_list",
]);

/** Nodes that begin where their first statement does. */
const statementLists = new Set(["block", "statement_list"]);

/** What stands round a place. */
export function surroundingsAt(root: Node, at: number): Surroundings | undefined {
  let node = root.descendantForIndex(at, at);
  while (node && !node.isNamed) node = node.parent;
  if (!node || node.isError) return undefined;
  const isWithin = node.startIndex < at && at < node.endIndex;
  if (!isWithin) return "code";
  if (literals.test(node.type)) return "literal";
  return values.has(node.type) ? "value" : "code";
}

/** Whether what begins at `from`, or left of the cursor in its line, is whole at `end`. */
export function endsWhole(root: Node, from: number, end: number): boolean {
  const last = root.descendantForIndex(end - 1, end);
  const outermost = last && outermostFrom(last, from, root);
  const isSeparator = outermost?.type === ";" || outermost?.type === ",";
  const whole = isSeparator ? outermost.previousSibling : outermost;
  return whole?.isNamed === true && !whole.hasError && (isSeparator || whole.endIndex >= end);
}

/** Whether what begins at `nextAt` stands beside the statement that begins at `from`, as another one. */
export function beginsBeside(root: Node, from: number, nextAt: number): boolean {
  const first = root.descendantForIndex(nextAt, nextAt + 1);
  const next = first && outermostFrom(first, nextAt, root);
  if (!next?.isNamed || next.isError || next.startIndex !== nextAt) return false;
  const { parent, previousNamedSibling: last } = next;
  if (!parent || parent.isError || !last || last.hasError) return false;
  return parent.id === root.id || parent.startIndex < from || statementLists.has(parent.type);
}

/** The outermost node round a node that does not begin before a place. */
function outermostFrom(node: Node, from: number, root: Node): Node {
  let outermost = node;
  for (let { parent } = node; parent; { parent } = parent) {
    if (parent.startIndex < from || parent.id === root.id) break;
    outermost = parent;
  }
  return outermost;
}
