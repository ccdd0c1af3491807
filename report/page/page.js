// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts and filters the tables of CAs. Without it the page has the same content.
"use strict";
(() => {
  const tables = [...document.querySelectorAll(".cas")];
  const compliant = document.querySelector(".compliant");
  const find = document.getElementById("find");
  const verdict = document.getElementById("verdict");
  const status = document.getElementById("status");
  const regressed = document.getElementById("regressed");
  const shown = document.getElementById("shown");
  const openAll = document.getElementById("open-all");
  const casOf = (table) => [...table.tBodies].map((body) => ({
    body,
    cells: [...body.rows[0].cells].map((cell) => cell.dataset.key ?? cell.textContent),
    words: body.rows[0].textContent.toLowerCase(),
  }));
  const cas = tables.flatMap(casOf);

  const filtered = () => find.value !== "" || verdict.value !== "" || status.value !== "" || regressed.checked;

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const ca of cas) {
      const wanted = words.every((word) => ca.words.includes(word)) &&
        (verdict.value === "" || ca.body.dataset.verdict === verdict.value) &&
        (status.value === "" || ca.body.dataset.status === status.value) &&
        (!regressed.checked || "regressed" in ca.body.dataset);
      ca.body.hidden = !wanted;
      if (wanted) count += 1;
    }
    for (const table of tables) table.hidden = [...table.tBodies].every((body) => body.hidden);
    if (compliant) {
      const table = compliant.querySelector("table");
      compliant.hidden = table.hidden;
      if (filtered() && !table.hidden) compliant.open = true;
    }
    shown.textContent = filtered() ? `${count} of ${cas.length} shown` : "";
  };

  const sort = (table, header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const collator = new Intl.Collator("en", { numeric: true });
    const sorted = casOf(table);
    sorted.sort((a, b) => collator.compare(a.cells[column], b.cells[column]) * (down ? -1 : 1));
    table.append(...sorted.map((ca) => ca.body));
  };

  for (const table of tables) {
    table.classList.add("sortable");
    for (const [column, header] of [...table.tHead.rows[0].cells].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      button.addEventListener("click", () => sort(table, header, column));
      header.replaceChildren(button);
    }
  }
  for (const control of [find, verdict, status, regressed]) control.addEventListener("input", filter);
  openAll.addEventListener("click", () => {
    const open = cas.some((ca) => !ca.body.hidden && !ca.body.querySelector("details").open);
    for (const ca of cas) if (!ca.body.hidden) ca.body.querySelector("details").open = open;
    if (open && compliant) compliant.open = true;
    openAll.textContent = open ? "Close all evidence" : "Open all evidence";
  });

  // Some browsers drop the table semantics of a table that is laid out as a list, as on a phone.
  for (const [selector, role] of [[".stacked", "table"], [".stacked tbody", "rowgroup"], [".stacked tr", "row"],
    [".stacked tbody th", "rowheader"], [".stacked td", "cell"], [".stacked thead th", "columnheader"]]) {
    for (const element of document.querySelectorAll(selector)) element.setAttribute("role", role);
  }

  // A link to a CA opens its evidence and clears a filter that hides it.
  const follow = () => {
    const ca = cas.find((one) => "#" + one.body.id === location.hash);
    if (!ca) return;
    if (ca.body.hidden) {
      find.value = "";
      verdict.value = "";
      status.value = "";
      regressed.checked = false;
      filter();
    }
    if (compliant?.contains(ca.body)) compliant.open = true;
    ca.body.querySelector("details").open = true;
    ca.body.scrollIntoView();
  };
  addEventListener("hashchange", follow);

  // A printed page has all CAs, also where the browser prints closed <details> without their content.
  let closed = false;
  addEventListener("beforeprint", () => {
    closed = compliant !== null && !compliant.open;
    if (closed) compliant.open = true;
  });
  addEventListener("afterprint", () => {
    if (closed) compliant.open = false;
  });

  document.querySelector(".controls").hidden = false;
  filter();
  follow();
})();
