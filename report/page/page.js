// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts and filters the table of CAs. Without it the page has the same content.
"use strict";
(() => {
  const table = document.querySelector(".cas");
  const find = document.getElementById("find");
  const verdict = document.getElementById("verdict");
  const shown = document.getElementById("shown");
  const openAll = document.getElementById("open-all");
  const cas = [...table.tBodies].map((body) => ({
    body,
    cells: [...body.rows[0].cells].map((cell) => cell.dataset.key ?? cell.textContent),
    words: body.rows[0].textContent.toLowerCase(),
  }));

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const ca of cas) {
      const wanted = words.every((word) => ca.words.includes(word)) &&
        (verdict.value === "" || ca.body.dataset.verdict === verdict.value);
      ca.body.hidden = !wanted;
      if (wanted) count += 1;
    }
    shown.textContent = `${count} of ${cas.length} shown`;
  };

  const sort = (header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const collator = new Intl.Collator("en", { numeric: true });
    cas.sort((a, b) => collator.compare(a.cells[column], b.cells[column]) * (down ? -1 : 1));
    table.append(...cas.map((ca) => ca.body));
  };

  table.classList.add("sortable");
  for (const [column, header] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header, column));
    header.replaceChildren(button);
  }
  find.addEventListener("input", filter);
  verdict.addEventListener("input", filter);
  openAll.addEventListener("click", () => {
    const open = cas.some((ca) => !ca.body.hidden && !ca.body.querySelector("details").open);
    for (const ca of cas) if (!ca.body.hidden) ca.body.querySelector("details").open = open;
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
      filter();
    }
    ca.body.querySelector("details").open = true;
    ca.body.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  table.parentNode.querySelector(".controls").hidden = false;
  filter();
  follow();
})();
