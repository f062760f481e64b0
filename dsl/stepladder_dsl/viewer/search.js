"use strict";
// Finds things by their words: letters that are written in several ways count as one.
class Search {
  constructor(cards, words, open) {
    this.cards = cards.map((card) => ({
      ...card, head: Search.plain(`${card.title} ${card.name}`), body: Search.plain(card.text),
    }));
    this.words = words;
    this.open = open;
    this.input = document.getElementById("search");
    this.list = document.getElementById("found");
    this.count = document.getElementById("count");
    this.chosen = -1;
    this.listen();
  }

  static most = 12;

  // Case, accents, marks of direction and the joiners of Persian make no difference, nor does the kind of digits.
  static plain(text) {
    return text.normalize("NFKD").toLowerCase().replace(/[\p{Mn}\p{Cf}]/gu, "").replaceAll("_", " ")
      .replaceAll("ي", "ی").replaceAll("ى", "ی").replaceAll("ك", "ک").replaceAll("ة", "ه")
      .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
      .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  }

  find(asked) {
    const parts = Search.plain(asked).split(/\s+/).filter((part) => part !== "");
    if (parts.length === 0) return [];
    const ranked = [];
    for (const card of this.cards) {
      if (parts.every((part) => card.head.includes(part))) {
        ranked.push({ card, rank: card.head.startsWith(parts[0]) ? 0 : 1 });
      } else if (parts.every((part) => card.head.includes(part) || card.body.includes(part))) {
        ranked.push({ card, rank: 2 });
      }
    }
    return ranked.sort((one, other) => one.rank - other.rank).map(({ card, rank }) => ({
      card, line: rank < 2 ? "" : this.line(card, parts),
    }));
  }

  line(card, parts) {
    const lines = card.text.split("\n");
    const hit = lines.find((line) => parts.some((part) => Search.plain(line).includes(part)));
    return (hit ?? "").trim();
  }

  show() {
    const found = this.find(this.input.value);
    this.chosen = found.length > 0 ? 0 : -1;
    this.list.replaceChildren(...found.slice(0, Search.most).map((hit, number) => this.row(hit, number)));
    const asked = this.input.value.trim() !== "";
    if (asked && found.length === 0) {
      const nothing = document.createElement("li");
      nothing.className = "quiet";
      nothing.textContent = this.words.nothing_found;
      this.list.append(nothing);
    }
    this.count.textContent = asked ? `${this.words.found} ${found.length}` : "";
    this.opened(asked);
    this.mark();
  }

  row({ card, line }, number) {
    const row = document.createElement("li");
    row.id = `found-${number}`;
    row.setAttribute("role", "option");
    row.dataset.to = card.id;
    const add = (kind, text, into) => {
      const part = document.createElement(kind);
      part.textContent = text;
      into.append(part);
      return part;
    };
    add("bdi", card.title, row);
    add("span", card.kind, row).className = "kind";
    if (line !== "") add("bdi", line, add("span", "", row)).parentElement.className = "where";
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.take(card.id);
    });
    return row;
  }

  mark() {
    const rows = this.list.querySelectorAll("[role=option]");
    rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === this.chosen)));
    if (this.chosen >= 0) {
      this.input.setAttribute("aria-activedescendant", rows[this.chosen].id);
      rows[this.chosen].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  opened(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  take(id) {
    this.input.value = "";
    this.opened(false);
    this.open(id);
  }

  listen() {
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("focus", () => { if (this.input.value !== "") this.show(); });
    this.input.addEventListener("blur", () => this.opened(false));
    this.input.addEventListener("keydown", (event) => {
      const rows = this.list.querySelectorAll("[role=option]");
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && rows.length > 0) {
        event.preventDefault();
        this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length;
        this.mark();
      } else if (event.key === "Enter" && this.chosen >= 0 && !this.list.hidden) {
        event.preventDefault();
        this.take(rows[this.chosen].dataset.to);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        this.input.value = "";
        this.opened(false);
      }
    });
  }
}
