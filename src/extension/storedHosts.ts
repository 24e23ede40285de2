import type * as vscode from "vscode";
import type { BlockedHosts } from "../link/dialer.ts";

const storageKey = "slipstream.blockedHosts";
const keptHosts = 20;

/** The hosts whose WebSockets are blocked, kept by the editor from window to window. */
export class StoredHosts implements BlockedHosts {
  readonly #storage: vscode.Memento;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  has(host: string): boolean {
    return this.#hosts().includes(host);
  }

  add(host: string): void {
    if (!this.has(host)) this.#keep([...this.#hosts(), host].slice(-keptHosts));
  }

  delete(host: string): void {
    if (this.has(host)) this.#keep(this.#hosts().filter((kept) => kept !== host));
  }

  #hosts(): readonly unknown[] {
    const kept = this.#storage.get<unknown>(storageKey);
    return Array.isArray(kept) ? kept : [];
  }

  #keep(hosts: readonly unknown[]): void {
    void this.#storage.update(storageKey, hosts);
  }
}
