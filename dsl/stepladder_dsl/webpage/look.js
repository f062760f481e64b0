"use strict";
// Light or dark: as the reader's system has it, until the button says otherwise.
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const show = (dark) => { root.dataset.theme = dark ? "dark" : "light"; };
  show(system.matches);
  system.addEventListener("change", (event) => show(event.matches));
  document.querySelector("button.theme").addEventListener("click", () => show(root.dataset.theme !== "dark"));
})();
