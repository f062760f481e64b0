"use strict";
// Brings tabs, pictures, cards and search together.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const data = JSON.parse(document.getElementById("viewer-data").textContent);
  const work = document.querySelector(".work");
  const scaleText = document.getElementById("scale");
  const percent = new Intl.NumberFormat(root.lang, { style: "percent" });
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const views = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls")));
  const tell = (scale) => { scaleText.textContent = percent.format(scale); };
  const canvases = views.map((view) => new Canvas(view, tell));
  const known = new Set(data.cards.map((card) => card.id));
  let current = 0;
  let back = null;

  const canvas = () => canvases[current];
  const standsFor = (view, id) => [...view.querySelectorAll("[data-card]")].filter((part) => part.dataset.card === id);

  const show = (number) => {
    current = number;
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === number));
      tab.tabIndex = index === number ? 0 : -1;
      views[index].classList.toggle("shown", index === number);
    });
    if (canvas() === undefined) return;
    canvas().resized();
    canvas().start();
    tell(canvas().place.scale);
  };

  // Put a thing's card beside the picture, and mark the thing in every picture that has it.
  const mark = (id) => {
    views.forEach((view) => {
      view.querySelectorAll(".chosen, .near").forEach((part) => part.classList.remove("chosen", "near"));
      view.classList.remove("picked");
      if (id === null) return;
      standsFor(view, id).forEach((part) => part.classList.add("chosen"));
      const arrows = [...view.querySelectorAll("[data-from]")].filter((arrow) => arrow.dataset.from === id || arrow.dataset.to === id);
      arrows.forEach((arrow) => arrow.classList.add("near"));
      view.classList.toggle("picked", arrows.length > 0);
    });
  };

  const open = (id) => {
    if (!known.has(id)) return;
    const article = [...document.querySelectorAll(".thing")].find((one) => one.dataset.about === id);
    document.querySelectorAll(".thing.shown").forEach((one) => one.classList.remove("shown"));
    article.classList.add("shown");
    work.classList.add("open");
    canvas()?.resized();
    article.parentElement.scrollTop = 0;
    mark(id);
    const here = views[current] === undefined ? [] : standsFor(views[current], id);
    const elsewhere = views.findIndex((view) => standsFor(view, id).length > 0);
    if (here.length === 0 && elsewhere >= 0) show(elsewhere);
    if (elsewhere >= 0) canvas().reveal(standsFor(views[current], id)[0]);
    article.querySelector("h2").focus({ preventScroll: true });
    remember(id);
  };

  const close = () => {
    work.classList.remove("open");
    canvas()?.resized();
    mark(null);
    remember(null);
    (back?.isConnected ? back : views[current])?.focus({ preventScroll: true });
  };

  const remember = (id) => {
    try {
      history.replaceState(null, "", id === null ? location.pathname : `#${encodeURIComponent(id)}`);
    } catch {
      // Inside of another page, whose address is not ours to change.
    }
  };

  // What lies under a point: text is painted before the box that it belongs to.
  const cardAt = (event) => {
    const parts = [event.target, ...document.elementsFromPoint(event.clientX, event.clientY)];
    const found = parts.map((part) => part.closest?.("[data-card]")).find((part) => part);
    return found ?? null;
  };

  views.forEach((view, number) => {
    view.addEventListener("click", (event) => {
      if (canvases[number].moved) return;
      const part = cardAt(event);
      if (part === null) return;
      back = part;
      open(part.dataset.card);
    });
    view.addEventListener("keydown", (event) => {
      const part = event.target.closest("[data-card]");
      if (part === null || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      back = part;
      open(part.dataset.card);
    });
    view.addEventListener("focusin", (event) => {
      if (event.target !== view && event.target.matches(":focus-visible")) canvases[number].reveal(event.target);
    });
  });

  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => show(number));
    tab.addEventListener("keydown", (event) => {
      const ahead = root.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
      const behind = root.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
      const next = { [ahead]: number + 1, [behind]: number - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      show((next + tabs.length) % tabs.length);
      tabs[current].focus();
    });
  });

  document.querySelector(".side").addEventListener("click", (event) => {
    const link = event.target.closest("[data-to]");
    if (link !== null) open(link.dataset.to);
  });
  document.getElementById("close").addEventListener("click", close);
  document.getElementById("zoom-in").addEventListener("click", () => canvas()?.zoomMiddle(1.25));
  document.getElementById("zoom-out").addEventListener("click", () => canvas()?.zoomMiddle(0.8));
  document.getElementById("fit").addEventListener("click", () => canvas()?.fit());

  const search = new Search(data.cards, data.words, (id) => { back = search.input; open(id); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && work.classList.contains("open")) close();
    if (event.key === "/" && !event.target.matches("input")) {
      event.preventDefault();
      search.input.focus();
    }
  });

  window.addEventListener("resize", () => canvas()?.resized());

  show(0);
  let asked = "";
  try {
    asked = decodeURIComponent(location.hash.slice(1));
  } catch {
    // Somebody has cut the address: the page opens as if it had none.
  }
  if (known.has(asked)) open(asked);
})();
