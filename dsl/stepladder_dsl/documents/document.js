"use strict";
// Contents that follow the reader, a search over every part, and parts that are printed alone.
(() => {
  const side = document.querySelector(".side");
  const field = document.getElementById("search");
  const found = document.getElementById("found");
  const words = JSON.parse(document.getElementById("words").textContent);
  const narrow = window.matchMedia("(max-width: 60rem)");
  const fold = () => { side.open = !narrow.matches; };
  fold();
  narrow.addEventListener("change", fold);

  // Letters that look the same are the same; digits of any script are digits.
  const plain = (text) => text.normalize("NFKC").toLowerCase()
    .replace(/[\u064a\u0649]/g, "\u06cc").replace(/\u0643/g, "\u06a9").replace(/[\u200c\u0640\u064b-\u0652]/g, "")
    .replace(/\u0451/g, "\u0435")
    .replace(/[\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) - 0x6f0)
    .replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660)
    .replace(/\s+/g, " ").trim();

  const headingOf = (section) => section.querySelector(":scope > h2, :scope > h3, :scope > h4, :scope > h5, :scope > h6");
  const parts = [...document.querySelectorAll("article section")].map((section) => {
    const heading = headingOf(section);
    const own = [...section.children].filter((child) => child.tagName !== "SECTION" && child !== heading);
    const above = section.parentElement.closest("section");
    // Not textContent, which puts no space between a label and its answer.
    const text = own.map((child) => child.innerText).join(" ").replace(/\s+/g, " ").trim();
    return {
      section, text, title: heading.textContent.trim(), above: above ? headingOf(above).textContent.trim() : "",
      plainTitle: plain(heading.textContent), plainText: plain(text),
    };
  });

  const score = (part, asked) => {
    let sum = 0;
    for (const word of asked) {
      const inTitle = part.plainTitle.includes(word), inText = part.plainText.includes(word);
      if (!inTitle && !inText) { return 0; }
      sum += (inTitle ? 10 : 0) + (inText ? 1 : 0);
    }
    return sum;
  };
  const excerpt = (part, word) => {
    const place = Math.max(part.plainText.indexOf(word), 0);
    const start = Math.max(place - 30, 0);
    return (start ? "…" : "") + part.text.slice(start, start + 90) + (part.text.length > start + 90 ? "…" : "");
  };
  const item = (part, asked) => {
    const link = document.createElement("a");
    const title = document.createElement("b");
    const text = document.createElement("span");
    link.href = "#" + encodeURIComponent(part.section.id);
    title.textContent = part.above ? part.title + " — " + part.above : part.title;
    text.textContent = excerpt(part, asked[0]);
    link.append(title, text);
    link.addEventListener("click", () => { if (narrow.matches) { side.open = false; } });
    const line = document.createElement("li");
    line.append(link);
    return line;
  };
  const search = () => {
    const asked = plain(field.value).split(" ").filter(Boolean);
    found.replaceChildren();
    found.hidden = asked.length === 0;
    if (!asked.length) { return; }
    const hits = parts.map((part, order) => ({ part, order, worth: score(part, asked) }))
      .filter((hit) => hit.worth).sort((a, b) => b.worth - a.worth || a.order - b.order).slice(0, 12);
    found.append(...hits.map((hit) => item(hit.part, asked)));
    if (!hits.length) {
      const line = document.createElement("li");
      line.textContent = words.none;
      found.append(line);
    }
  };
  const move = (event, by) => {
    const links = [field, ...found.querySelectorAll("a")];
    const next = links[links.indexOf(document.activeElement) + by];
    if (next) { event.preventDefault(); next.focus(); }
  };
  field.addEventListener("input", search);
  document.querySelector(".finder").addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { move(event, 1); }
    if (event.key === "ArrowUp") { move(event, -1); }
    if (event.key === "Escape") { field.value = ""; search(); field.focus(); }
    if (event.key === "Enter" && document.activeElement === field) { found.querySelector("a")?.click(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== field) {
      event.preventDefault();
      side.open = true;
      field.focus();
    }
  });

  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      const link = links.get(entry.target.id);
      document.querySelector(".contents a[aria-current]")?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "0px 0px -80% 0px" });
  for (const id of links.keys()) {
    seen.observe(document.getElementById(id));
  }

  const button = document.getElementById("print-button").content.firstElementChild;
  for (const section of document.querySelectorAll("[data-alone]")) {
    const own = button.cloneNode(true);
    own.addEventListener("click", () => {
      document.body.classList.add("one");
      section.classList.add("alone-now");
      for (let above = section.parentElement; above.tagName !== "ARTICLE"; above = above.parentElement) {
        above.classList.add("within");
      }
      window.print();
    });
    section.prepend(own);
  }
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("one");
    for (const marked of document.querySelectorAll(".alone-now, .within")) {
      marked.classList.remove("alone-now", "within");
    }
  });

  // A picture that had to be made smaller is shown in its own size on a click, and moved with its bars.
  const sizing = document.getElementById("size-button");
  for (const figure of document.querySelectorAll("article figure")) {
    const picture = figure.querySelector("img");
    figure.prepend(sizing.content.cloneNode(true));
    const button = figure.querySelector("button.size");
    const measure = () => {
      const whole = figure.classList.contains("whole");
      figure.classList.toggle("smaller", !whole && picture.clientWidth + 1 < picture.naturalWidth);
      button.setAttribute("aria-pressed", whole);
    };
    figure.addEventListener("click", () => {
      if (figure.matches(".smaller, .whole")) { figure.classList.toggle("whole"); measure(); }
    });
    picture.addEventListener("load", measure);
    window.addEventListener("resize", measure);
    measure();
  }
})();
