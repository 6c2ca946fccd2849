"use strict";
// Search and filters live in the address behind the place (#requirements?outcome=fail), so that a view can be linked.
(() => {
  const FILTERS = ["outcome", "level", "chapter", "obligation"];
  const LISTS = ["specification", "requirements"];
  const PAGE = 100;
  const form = document.getElementById("filters");
  const rows = [...document.querySelectorAll(".row")];
  const words = new Map();
  const textOf = (row) => {
    if (!words.has(row)) {
      const above = row.closest(".scenario")?.querySelector("h5")?.textContent ?? "";
      words.set(row, `${row.id} ${above} ${row.textContent}`.toLowerCase());
    }
    return words.get(row);
  };

  // The address.
  const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const address = () => {
    const [place, query] = decoded(location.hash.slice(1)).split(/\?(.*)/s);
    const told = new URLSearchParams(location.hash.split(/\?(.*)/s)[1] ?? "");
    return { place, told, hasQuery: query !== undefined };
  };
  const go = (place, told, { instead = false } = {}) => {
    const query = told.toString();
    const hash = `#${place}${query ? `?${query}` : ""}`;
    if (hash === location.hash) return;
    history[instead ? "replaceState" : "pushState"](null, "", hash);
    show();
  };

  const wordsOf = (text) =>
    [...(text ?? "").toLowerCase().matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, phrase, word]) => phrase ?? word);

  // Filters.
  for (const name of FILTERS) {
    const seen = new Set(rows.map((row) => row.dataset[name]).filter(Boolean));
    for (const value of seen) form.elements[name].append(new Option(value, value));
  }
  const apply = (told) => {
    const sought = wordsOf(told.get("q"));
    for (const name of FILTERS) {
      const value = told.get(name);
      if (value && ![...form.elements[name].options].some((one) => one.value === value)) {
        form.elements[name].append(new Option(value, value));
      }
    }
    for (const name of ["q", ...FILTERS]) {
      if (form.elements[name].value !== (told.get(name) ?? "")) form.elements[name].value = told.get(name) ?? "";
    }
    const count = { "scenario-row": [0, 0], "requirement-row": [0, 0] };
    for (const row of rows) {
      const fits = FILTERS.every((name) => !told.get(name) || row.dataset[name] === told.get(name))
        && sought.every((word) => textOf(row).includes(word));
      row.hidden = !fits;
      const kind = row.classList.contains("scenario-row") ? "scenario-row" : "requirement-row";
      count[kind][0] += fits; count[kind][1] += 1;
    }
    for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector(".row:not([hidden])");
    for (const table of document.querySelectorAll(".examples")) table.hidden = !table.querySelector(".row:not([hidden])");
    const kept = new URLSearchParams([...told].filter(([name]) => name === "q" || FILTERS.includes(name))).toString();
    for (const link of document.querySelectorAll("nav a")) {
      const [to] = link.getAttribute("href").split("?");
      if (LISTS.includes(to.slice(1))) link.href = kept ? `${to}?${kept}` : to;
    }
    const found = count["requirement-row"][0] + count["scenario-row"][0];
    document.getElementById("shown").textContent = !found ? "nothing found" :
      `${count["requirement-row"].join(" of ")} requirements, ${count["scenario-row"].join(" of ")} scenarios`;
  };
  const chosen = () => {
    const told = new URLSearchParams();
    for (const name of ["q", ...FILTERS]) if (form.elements[name].value.trim()) told.set(name, form.elements[name].value);
    return told;
  };
  const listPlace = () => (LISTS.includes(address().place) ? address().place : "specification");
  let typing = false;
  form.addEventListener("input", (event) => {
    const typed = event.target.name === "q";
    go(listPlace(), chosen(), { instead: typed && typing });
    typing = typed;
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); typing = false; go(listPlace(), new URLSearchParams()); });
  document.getElementById("failed-only").addEventListener("click", () => {
    typing = false;
    go(listPlace(), new URLSearchParams({ outcome: "fail" }));
  });

  // Exchanges: unpacked once, told a page at a time. What an endpoint sent is only ever text.
  const unpacked = new Map();
  const unpack = (id) => {
    if (!unpacked.has(id)) {
      const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (one) => one.charCodeAt(0));
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(id, new Response(stream).json());
    }
    return unpacked.get(id);
  };
  const cell = (row, text) => { const it = row.insertCell(); it.textContent = text; return it; };
  const linked = (text, href) => { const it = document.createElement("a"); it.textContent = text; it.href = href; return it; };
  const tellExchanges = async (told, wanted) => {
    const [{ purposes, rows: all }, whole] = await Promise.all([unpack("outlines"), unpack("whole")]);
    const search = document.getElementById("exchange-search");
    if (search.value !== (told.get("x") ?? "")) search.value = told.get("x") ?? "";
    const sought = wordsOf(told.get("x"));
    const fits = (one) => {
      const text = `${one[0]} ${one[1]} ${one[2]} ${one[3]} ${purposes[one[5]][0]}`.toLowerCase();
      return sought.every((word) => text.includes(word));
    };
    const found = sought.length ? all.filter(fits) : all;
    let from = Number(told.get("from") ?? 0) || 0;
    if (wanted) from = Math.floor(Math.max(0, found.findIndex((one) => one[0] === wanted)) / PAGE) * PAGE;
    from = Math.max(0, Math.min(from, found.length - 1));
    const body = document.getElementById("exchange-rows");
    body.replaceChildren();
    for (const [id, method, url, status, elapsed, purpose, isPart] of found.slice(from, from + PAGE)) {
      const row = body.insertRow();
      row.id = `exchange/${id}`;
      row.tabIndex = -1;
      cell(row, "").append(linked(id, `#exchange/${id}`));
      const asked = cell(row, `${method} ${url}${isPart ? " (in a batch)" : ""}`);
      cell(row, status ?? "none");
      cell(row, elapsed);
      const [title, scenario] = purposes[purpose];
      cell(row, "").append(scenario ? linked(title, `#${scenario}`) : title);
      if (id in whole) {
        const details = document.createElement("details");
        const summary = document.createElement("summary");
        const text = document.createElement("pre");
        summary.textContent = "whole";
        text.textContent = whole[id];
        text.tabIndex = 0;
        details.append(summary, text);
        details.open = id === wanted;
        asked.append(details);
      }
    }
    const to = Math.min(found.length, from + PAGE);
    document.getElementById("exchange-shown").textContent =
      found.length ? `${from + 1} to ${to} of ${found.length}` : "none found";
    for (const [id, place] of [["exchange-before", from - PAGE], ["exchange-after", from + PAGE]]) {
      const button = document.getElementById(id);
      button.disabled = place < 0 || place >= found.length;
      button.onclick = () => { told.set("from", place); go("exchanges", told); };
    }
  };
  document.getElementById("exchange-search").addEventListener("input", (event) => {
    const told = new URLSearchParams(event.target.value.trim() ? { x: event.target.value } : {});
    go("exchanges", told, { instead: address().told.has("x") });
  });

  // What is laid out only when it comes near pushes a place away: it is held in sight for a while, unless somebody
  // scrolls on.
  let held = null;
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(kind, () => { held = null; }, { capture: true, passive: true });
  }
  const bring = (target) => {
    held = target;
    // Not details themselves: made to take the focus, they would keep Tab from all that stands in them.
    const taking = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    const isSearching = form.contains(document.activeElement) || document.activeElement?.type === "search";
    if (!isSearching) taking.focus({ preventScroll: true });
    let top = null;
    const hold = (left) => {
      if (held !== target || !left) return;
      if (top === null || Math.abs(target.getBoundingClientRect().top - top) > 1) {
        target.scrollIntoView();
        ({ top } = target.getBoundingClientRect());
      }
      // The browser lets the focus go where the place of the address takes none.
      if (!isSearching && document.activeElement === document.body) taking.focus({ preventScroll: true });
      requestAnimationFrame(() => hold(left - 1));
    };
    hold(40);
  };

  // Showing what the address says.
  let lastPlace = null;
  const show = async () => {
    const { place, told, hasQuery } = address();
    apply(told);
    const wanted = place.startsWith("exchange/") ? place.slice("exchange/".length) : null;
    if (wanted || told.has("x") || told.has("from") || place === "exchanges") await tellExchanges(told, wanted);
    for (const one of document.querySelectorAll(".here")) one.classList.remove("here");
    const target = place ? document.getElementById(place) : null;
    if (place && !target) document.getElementById("shown").textContent = `nothing on this page is called ${place}`;
    if (target && (place !== lastPlace || !hasQuery)) {
      for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
      const inside = target.matches(".requirement-row") ? target.querySelector("details") : null;
      if (inside) inside.open = true;
      if (place.includes("/")) target.classList.add("here");
      bring(target);
    }
    lastPlace = place;
    document.documentElement.dataset.ready = "yes";
  };
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    if (!document.getElementById("exchange-rows").rows.length) tellExchanges(address().told, null);
  }).observe(document.getElementById("exchanges"));
  addEventListener("popstate", () => { typing = false; show(); });
  addEventListener("beforeprint", () => { for (const one of document.querySelectorAll(".failure, .hanging, #changes details, #words, #more details")) one.open = true; });
  // What differs stands in sight, also in a long answer.
  const showMarks = (failure) => {
    for (const mark of failure.querySelectorAll("pre mark")) {
      const box = mark.closest("pre");
      box.scrollTop += mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    }
  };
  for (const one of document.querySelectorAll(".failure")) {
    if (one.open) showMarks(one);
    one.addEventListener("toggle", () => showMarks(one));
  }

  // Copying.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = button.parentElement.querySelector(".copied").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(button.parentElement.querySelector(".copied"));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    const said = button.textContent;
    button.textContent = "copied";
    setTimeout(() => { button.textContent = said; }, 1500);
  });

  form.hidden = false;
  document.getElementById("exchange-list").hidden = false;
  show();
})();
