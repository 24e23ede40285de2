/// <reference lib="dom" />
/**
 * uPlot formats its numbers for `navigator.language` as soon as it is loaded, and some systems name that in a way that `Intl`
 * refuses (`en-US@posix`). The page's language is the editor's, so it is that one. Imported before uPlot.
 */
Object.defineProperty(navigator, "language", { value: document.documentElement.lang });
