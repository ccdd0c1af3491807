// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of `casweep fleet report` in a real Chromium, of histories in which every name tries to harm them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { Browser, casweep, History } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hostile = "<script>alert(1)<img src=x onerror=alert(1)>";

let history, browser, index, stale;

/// Writes the pages of the fleet into `folder`; returns the name of the index.
function report(fleet, folder, ...options) {
  mkdirSync(folder);
  const file = path.join(folder, "index.html");
  const done = spawnSync(casweep, ["fleet", "report", "--db-dir", fleet, "-o", file, ...options],
    { encoding: "utf8", env: { LC_ALL: "C.UTF-8" } });
  assert.equal(done.status, 74, done.stderr);  // one history cannot be read
  return file;
}

before(async () => {
  history = new History();
  const fleet = path.join(history.folder, "fleet");
  for (const site of ["emea", "apac", hostile]) {
    mkdirSync(path.join(fleet, site.replaceAll("/", "")), { recursive: true });
    cpSync(history.file, path.join(fleet, site.replaceAll("/", ""), "history.db"));
  }
  mkdirSync(path.join(fleet, "broken"));
  writeFileSync(path.join(fleet, "broken", "history.db"), "no database");
  index = report(fleet, path.join(history.folder, "pages"));
  stale = report(fleet, path.join(history.folder, "stale"), "--stale-after", "1h");
  browser = await Browser.start();
});

after(async () => {
  await browser?.close();
  history?.remove();
});

describe("the page of a fleet", () => {
  it("is valid HTML", () => {
    const validator = new HtmlValidate({ extends: ["html-validate:recommended", "html-validate:document"] });
    for (const file of [index, stale]) {
      const found = validator.validateFileSync(file);
      assert.deepEqual(found.results.flatMap((result) => result.messages.map(
        (message) => `${message.line}: ${message.ruleId}: ${message.message}`)), []);
    }
  });

  it("asks for nothing, says nothing and runs nothing", async () => {
    const page = await browser.open(index);
    assert.deepEqual(page.said, []);
    assert.deepEqual(page.asked, [pathToFileURL(index).href]);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      return window.ran === true;
    });
    assert.equal(ran, false);
    assert.equal(await page.locator("img").count(), 0);
    await page.context().close();
  });

  it("shows first what cannot be relied on", async () => {
    const page = await browser.open(index);
    const names = await page.locator(".sites tbody th").allTextContents();
    assert.equal(names[0], "broken");
    assert.ok(names.includes(hostile));
    assert.match(await page.locator(".notice").textContent(), /is not a history/);
    await page.context().close();
    const old = await browser.open(stale);
    assert.equal(await old.locator(".sites .badge.bad").count(), 4);
    assert.match(await old.locator(".figures li").nth(1).textContent(), /0 %/);
    await old.context().close();
  });

  it("leads to the page of each site that can be read", async () => {
    const page = await browser.open(index);
    assert.equal(await page.locator(".sites tbody th a").count(), 3);
    await page.getByRole("link", { name: "emea" }).first().click();
    await page.waitForURL(/emea\.html$/);
    assert.ok(await page.locator("#cas").count() > 0);
    await page.context().close();
  });

  it("has no barrier that axe finds", async () => {
    for (const options of [{}, { colorScheme: "dark" }, { viewport: { width: 390, height: 800 } }]) {
      for (const file of [index, stale]) {
        const page = await browser.open(file, options);
        await page.evaluate(axe);
        const result = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
        assert.deepEqual(result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join("; ")}`), []);
        await page.context().close();
      }
    }
  });

  it("fits a telephone, and a page at 400 %", async () => {  // WCAG 2.1, 1.4.10
    for (const width of [390, 320]) {
      const page = await browser.open(index, { viewport: { width, height: 800 } });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`);
      await page.context().close();
    }
  });

  it("is complete on paper, without what only a screen needs", async () => {
    const page = await browser.open(index);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("nav").isVisible(), false);
    for (const shown of [".notice", ".sites", ".fleet-cas", ".chart", "#events + ul"]) {
      assert.equal(await page.locator(shown).isVisible(), true, shown);
    }
    assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
    await page.context().close();
  });
});
