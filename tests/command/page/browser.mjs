// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of `casweep report`, and a Chromium that opens them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../../..");
export const casweep = process.env.CASWEEP_PROGRAM ?? path.join(root, "build/dev/cli/casweep");
const makeHistory = process.env.CASWEEP_EXPORT_HISTORY ?? path.join(root, "build/dev/tests/forest/export_history");

/// A folder with a history of hostile names to which much has happened, and its pages.
export class History {
  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), "casweep-page-"));
    this.file = path.join(this.folder, "history.db");
    execFileSync(makeHistory, [this.file, "--story"]);
  }

  casweep(...options) {
    return execFileSync(casweep, [...options, "--db", this.file], { encoding: "utf8", env: {}, stdio: ["ignore", "pipe", "ignore"] });
  }

  /// The name of a new file with the page that `options` ask for.
  page(name, ...options) {
    const file = path.join(this.folder, name);
    this.casweep("report", "-o", file, ...options);
    return file;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/// Chromium with a profile of its own; `options` are those of a page: its size, its colours, whether scripts run.
export class Browser {
  static async start() {
    const browser = new Browser();
    browser.chromium = await chromium.launch({
      executablePath: process.env.CASWEEP_CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
    });
    return browser;
  }

  /// Opens `file`. `said` and `asked` of the page collect every message on the console and every request.
  async open(file, options = {}) {
    const context = await this.chromium.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce", // a click goes where the page is, not where it is scrolling to
      ...options,
    });
    const page = await context.newPage();
    page.said = [];
    page.asked = [];
    page.on("console", (message) => page.said.push(message.text()));
    page.on("pageerror", (error) => page.said.push(String(error)));
    page.on("dialog", (dialog) => page.said.push(dialog.message()));
    page.on("request", (request) => page.asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  async close() {
    await this.chromium.close();
  }
}
