// SPDX-License-Identifier: GPL-3.0-or-later
// The page of `casweep report` in a real Chromium, of a history in which every name tries to harm it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";
import { Browser, History } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const complete = "9", partial = "10", failed = "11", first = "1";

let history, browser, files;

before(async () => {
  history = new History();
  files = Object.fromEntries([complete, partial, failed, first].map(
    (scan) => [scan, history.page(`scan-${scan}.html`, "--scan", scan)]));
  browser = await Browser.start();
});

after(async () => {
  await browser?.close();
  history?.remove();
});

/// The names of the CAs that are shown, from top to bottom.
const names = (page) => page.locator(".cas tbody:visible th[scope=row]").allTextContents();

async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join("; ")}`);
}

describe("the page", () => {
  it("is the last complete scan's, and the same at any time", () => {
    assert.deepEqual(readFileSync(history.page("default.html")), readFileSync(files[complete]));
    history.casweep("accept", "8b1e0c52-0000-4000-8000-000000000007", "--status", "third-party", "--reason", "later",
      "--by", "somebody");
    assert.deepEqual(readFileSync(history.page("later.html", "--scan", complete)), readFileSync(files[complete]));
  });

  it("is valid HTML", () => {
    const validator = new HtmlValidate({ extends: ["html-validate:recommended", "html-validate:document"] });
    for (const file of Object.values(files)) {
      const report = validator.validateFileSync(file);
      assert.deepEqual(report.results.flatMap((result) => result.messages.map(
        (message) => `${message.line}: ${message.ruleId}: ${message.message}`)), []);
    }
  });

  it("asks for nothing and says nothing", async () => {
    for (const file of Object.values(files)) {
      const page = await browser.open(file);
      await page.getByRole("button", { name: "Open all evidence" }).click();
      assert.deepEqual(page.said, []);
      assert.deepEqual(page.asked, [pathToFileURL(file).href]);
      await page.context().close();
    }
  });

  it("lets nothing in that it did not bring", async () => {
    const page = await browser.open(files[complete]);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "https://evil.example/x.png";
      document.body.append(image);
      const box = document.createElement("p");
      box.setAttribute("style", "position: fixed");
      document.body.append(box);
      return { script: window.ran === true, style: getComputedStyle(box).position };
    });
    assert.deepEqual(ran, { script: false, style: "static" });
    assert.equal(page.said.filter((text) => text.includes("Content Security Policy")).length, 3);
    await page.context().close();
  });

  it("shows hostile names as text", async () => {
    const page = await browser.open(files[complete]);
    await page.getByRole("button", { name: "Open all evidence" }).click();
    const text = await page.locator("#cas").innerText();
    for (const name of ["<script>alert(1)</script>&amp;'\"", "\\u202elive CA\\u2028second line\\u200b", "証".repeat(64),
      "=cmd|'/C calc'!A0,\"x\"\\x1b[2J\\x0d\\x0a\\x07\\u009b31m", "\\xff\\xc0\\xaf", "{0} [click](https://evil.example) \\"]) {
      assert.ok(text.includes(name), name);
    }
    assert.deepEqual(await page.locator("body script, body style, img, iframe, object, b, h1 ~ h1").evaluateAll(
      (found) => found.map((one) => one.tagName)), ["SCRIPT"]);
    const links = await page.locator("[href]").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    assert.deepEqual(links.filter((link) => !link.startsWith("#") && !link.startsWith("https://learn.microsoft.com/") &&
      !link.startsWith("https://attack.mitre.org/techniques/")), []);
    assert.deepEqual((await page.content()).match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g), null);
    await page.context().close();
  });

  it("has no barrier that axe finds", async () => {
    for (const [file, colorScheme, width] of [[files[complete], "light", 1280], [files[complete], "dark", 1280],
      [files[complete], "light", 390], [files[partial], "light", 1280]]) {
      const page = await browser.open(file, { colorScheme, viewport: { width, height: 900 } });
      await page.locator(".cas summary").first().click();
      await page.getByText("The numbers of the chart").first().click();
      assert.deepEqual(await violations(page), [], `${colorScheme} ${width}`);
      await page.context().close();
    }
  });

  it("fits a telephone, and a page at 400 %", async () => {  // WCAG 2.1, 1.4.10
    for (const [file, width] of [[files[complete], 390], [files[complete], 320], [files[partial], 320]]) {
      const page = await browser.open(file, { viewport: { width, height: 800 } });
      await page.getByRole("button", { name: "Open all evidence" }).click();
      await page.getByText("The numbers of the chart").first().click();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
      assert.equal(await page.getByRole("row", { name: "Contoso CA" }).count() > 0, true, "it is still a table");
      await page.context().close();
    }
  });
});

describe("the table of CAs", () => {
  it("sorts by keyboard, and says how it is sorted", async () => {
    const page = await browser.open(files[complete]);
    const header = page.locator(".cas").getByRole("columnheader", { name: "CA", exact: true });
    await header.getByRole("button").focus();
    await page.keyboard.press("Enter");
    assert.equal(await header.getAttribute("aria-sort"), "ascending");
    const ascending = await names(page);
    assert.deepEqual(ascending, [...ascending].sort(new Intl.Collator("en", { numeric: true }).compare));
    await page.keyboard.press("Space");
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    assert.deepEqual(await names(page), ascending.toReversed?.() ?? [...ascending].reverse());
    assert.equal(await page.locator("[aria-sort]").count(), 1);
    await page.context().close();
  });

  it("sorts every column, and verdicts by how bad they are", async () => {
    const page = await browser.open(files[complete]);
    await page.locator(".compliant > summary").click();
    for (const table of await page.locator(".cas").all()) {
      for (const header of await table.locator("thead th").all()) await header.getByRole("button").click();
      await table.getByRole("columnheader", { name: "Verdict" }).getByRole("button").click();
    }
    const verdicts = await page.locator(".cas tbody").evaluateAll((all) => all.map((one) => one.dataset.verdict));
    assert.deepEqual([...new Set(verdicts)], ["not-enforced", "unknown", "not-exposed", "enforced"]);
    await page.context().close();
  });

  it("opens the compliant CAs when a filter finds one of them", async () => {
    const page = await browser.open(files[complete]);
    const compliant = page.locator(".compliant table");
    assert.equal(await compliant.isVisible(), false);
    await page.getByLabel("Verdict").selectOption("not exposed");
    assert.equal(await compliant.isVisible(), true);
    assert.equal((await names(page)).length, 1);
    await page.context().close();
  });

  it("filters by status, and shows the regressed alone", async () => {
    const page = await browser.open(files[complete]);
    const statuses = await page.getByLabel("Status").locator("option").allTextContents();
    assert.deepEqual(statuses.slice(0, 4), ["all", "To address", "Planned", "Risk accepted"]);
    await page.getByLabel("Status").selectOption("Planned");
    assert.deepEqual(await page.locator(".cas tbody:visible").evaluateAll((all) => all.map((one) => one.dataset.status)), ["planned"]);
    await page.getByLabel("Status").selectOption("all");
    await page.getByLabel("regressed only").check();
    const regressed = await page.locator(".regressions li a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    const shown = await page.locator(".cas tbody:visible").evaluateAll((all) => all.map((one) => "#" + one.id));
    assert.deepEqual(shown.sort(), regressed.sort());
    await page.context().close();
  });

  it("filters by keyboard, and says how many are left", async () => {
    const page = await browser.open(files[complete]);
    const all = await page.locator(".cas tbody").count();
    await page.getByLabel("Find").focus();
    await page.keyboard.type("CONTOSO");
    assert.deepEqual(new Set(await names(page)), new Set(["Contoso CA"]));
    assert.equal(await page.locator("#shown").textContent(), `2 of ${all} shown`);
    await page.getByLabel("Verdict").selectOption("not enforced");
    assert.equal((await names(page)).length, 1);
    await page.getByLabel("Find").fill("nowhere");
    assert.deepEqual(await names(page), []);
    await page.context().close();
  });

  it("shows the evidence behind a link, also of a CA that is filtered away", async () => {
    const page = await browser.open(files[complete]);
    await page.getByLabel("Find").fill("nowhere");
    const link = page.locator("#to-do .names a").first();
    await link.click();
    const row = page.locator(await link.getAttribute("href"));
    await row.locator(".evidence").waitFor();
    assert.ok(await row.getByText("InterfaceFlags").count() > 0);
    await page.context().close();
  });
});

describe("without JavaScript", () => {
  it("says the same, and offers nothing that does not work", async () => {
    const page = await browser.open(files[complete], { javaScriptEnabled: false });
    assert.equal(await page.locator(".controls").isVisible(), false);
    assert.equal(await page.locator("button").count() - await page.locator(".controls button").count(), 0);
    const ca = page.locator(".cas tbody").first();
    assert.equal(await ca.locator(".evidence").isVisible(), false);
    await ca.locator("summary").focus();
    await page.keyboard.press("Enter");
    assert.equal(await ca.locator(".evidence").isVisible(), true);
    await page.context().close();
  });
});

/// The lines of commands that end with a sign which belongs to the next line.
const cutSigns = (page) => page.locator("pre").evaluateAll((blocks) => blocks.flatMap((block) => {
  if (block.getClientRects().length === 0) return [];
  const cut = [];
  let before = null;
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.data.length; ++i) {
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (before && "-+".includes(before.sign) && !/\s/.test(node.data[i]) && box.top > before.top + 4) cut.push(block.textContent);
      before = { sign: node.data[i], top: box.top };
    }
  }
  return cut;
}));

describe("a command", () => {
  it("never breaks after a sign, on any screen and on paper", async () => {
    for (const [width, media] of [[1280, "screen"], [390, "screen"], [320, "screen"], [794, "print"], [420, "print"]]) {
      const page = await browser.open(files[complete], { viewport: { width, height: 900 } });
      await page.getByRole("button", { name: "Open all evidence" }).click();
      await page.emulateMedia({ media });
      assert.deepEqual(await cutSigns(page), [], `${media} ${width}`);
      await page.context().close();
    }
  });

  it("is copied as it is", async () => {
    const page = await browser.open(files[complete]);
    const text = await page.locator("#to-do pre").first().innerText();
    assert.ok(text.includes("-setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST\n"), text);
    await page.context().close();
  });
});

describe("of a forest of 500 CAs", () => {
  let file;

  before(() => {
    const many = path.join(history.folder, "many.db");
    execFileSync(process.env.CASWEEP_MAKE_HISTORY ?? "../../../build/dev/bench/make_history", [many, "60", "500"]);
    file = path.join(history.folder, "many.html");
    execFileSync(process.env.CASWEEP_PROGRAM ?? "../../../build/dev/cli/casweep", ["report", "-o", file, "--db", many],
      { stdio: "ignore" });
  });

  it("the page is smaller than 2 MB", () => {
    assert.ok(statSync(file).size < 2_000_000, `${statSync(file).size} bytes`);
  });

  it("the page is painted within a second", async () => {
    const times = [];
    for (let i = 0; i < 3; ++i) {
      const page = await browser.open(file);
      times.push(await page.evaluate(() => new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntriesByName("first-contentful-paint")[0].startTime))
          .observe({ type: "paint", buffered: true });
      })));
      await page.context().close();
    }
    assert.ok(Math.min(...times) < 1000, `${times} ms`);
  });
});

describe("on paper", () => {
  it("has the compliant CAs, also without JavaScript", async () => {
    const page = await browser.open(files[complete], { javaScriptEnabled: false });
    const compliant = page.locator(".compliant tbody").first();
    assert.equal(await compliant.isVisible(), false);
    await page.emulateMedia({ media: "print" });
    assert.equal(await compliant.isVisible(), true);
    await page.context().close();
  });

  it("leaves the controls away and is a document", async () => {
    const page = await browser.open(files[complete]);
    await page.emulateMedia({ media: "print" });
    for (const away of [".controls", "nav", ".cas summary >> nth=0"]) {
      assert.equal(await page.locator(away).isVisible(), false, away);
    }
    assert.equal(await page.locator(".chart").isVisible(), true);
    const closed = await page.pdf({ format: "A4" });
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("button", { name: "Open all evidence" }).click();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".evidence").first().isVisible(), true);
    assert.ok((await page.pdf({ format: "A4" })).length > closed.length);
    await page.context().close();
  });
});

describe("the chart", () => {
  it("has its events, and marks a day without a complete scan", async () => {
    const page = await browser.open(files[complete]);
    const chart = page.getByRole("img", { name: /^Trend of/ });
    const marks = await chart.locator("use").evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("href")))]);
    assert.deepEqual(marks, ["#m-worse", "#m-better", "#m-other", "#m-decisions"]);
    assert.deepEqual(await chart.locator(".letter").evaluateAll((all) => all.map((one) => one.lastChild.data)), ["i"]);
    assert.equal(await page.locator(".numbers tbody tr").count(), 8);
    await page.context().close();
  });

  it("is one of one scan as well", async () => {
    const page = await browser.open(files[first]);
    assert.equal(await page.locator(".chart g").count(), 1);
    assert.equal(await page.locator(".chart use").count(), 0);
    await page.context().close();
  });
});
