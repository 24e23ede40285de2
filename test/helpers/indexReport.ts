/** Indexes the folder it is given and prints what came of it; for tests that need another user to look. */
import { Engine } from "../../src/engine/engine.ts";
import { ProjectIndexer } from "../../src/engine/indexing/projectIndexer.ts";

const engine = new Engine();
const log = { debug: console.error, info: console.error, warn: console.error };
const roots = [{ name: "app", folder: process.argv[2] ?? "" }];
const indexer = new ProjectIndexer({ engine, roots, log });
await indexer.settled;
const { learnedFiles } = engine.stats;
console.log(JSON.stringify({ learnedFiles, skipped: indexer.skipped }));
indexer.dispose();
