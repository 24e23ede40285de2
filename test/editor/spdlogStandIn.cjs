/**
 * Stands in for the native module @vscode/spdlog in the cached code-server (see codeServer.ts):
 * the same exports, writing each line at once. Files are not rotated.
 */
const fs = require("node:fs");
const path = require("node:path");

const NAMES = ["trace", "debug", "info", "warning", "error", "critical"];
let defaultLevel = 2;

class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = defaultLevel;
    this.isRaw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  write(level, message) {
    if (level < this.level || !this.file) return;
    const time = () => {
      const now = new Date();
      const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
      return local.toISOString().replace("T", " ").slice(0, -1);
    };
    const line = this.isRaw ? message : `${time()} [${NAMES[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      this.file = undefined; // The log folder is gone: as good as closed.
    }
  }
  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.isRaw = true;
  }
  flush() {}
  drop() {
    this.file = undefined;
  }
}

exports.version = 0;
exports.setLevel = (level) => {
  defaultLevel = level;
};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (name, file) => new Logger("rotating", name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger("rotating_async", name, file);
