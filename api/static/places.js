// Where characters stand in a turn's text, counted as the server counts them: by code point, not by UTF-16 unit.
export const saidOf = (turn) => turn.querySelector(".said");

export function charsBefore(said, node, offset) {
  const range = document.createRange();
  range.setStart(said, 0);
  range.setEnd(node, offset);
  return [...range.toString()].length;
}

export function rangeOf(said, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  let at = 0;
  let isBegun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const signs = [...node.data];
    const unit = (n) => signs.slice(0, n).join("").length;
    if (!isBegun && start < at + signs.length) {
      range.setStart(node, unit(start - at));
      isBegun = true;
    }
    if (isBegun && end <= at + signs.length) {
      range.setEnd(node, unit(end - at));
      return range;
    }
    at += signs.length;
  }
  return null;
}

// The stretches of a turn without blanks: where they start and end, and when they are said.
const known = new WeakMap();
export function tokensOf(turn) {
  if (known.has(turn)) return known.get(turn);
  const text = [...saidOf(turn).textContent];
  const given = (turn.dataset.times ?? "").split(" ");
  const tokens = [];
  let at = Math.round(Number(turn.dataset.start) * 100);
  for (let place = 0; place < text.length; place++) {
    if (/\s/.test(text[place])) continue;
    const start = place;
    while (place + 1 < text.length && !/\s/.test(text[place + 1])) place++;
    const told = given[tokens.length];
    const isKnown = told !== undefined && told !== "" && told !== "-";
    if (isKnown) at += Number(told);
    tokens.push({ start, end: place + 1, atS: isKnown ? at / 100 : null });
  }
  known.set(turn, tokens);
  return tokens;
}

export function caretAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret) return { node: caret.offsetNode, offset: caret.offset };
  const range = document.caretRangeFromPoint?.(x, y);
  return range && { node: range.startContainer, offset: range.startOffset };
}

export function highlight(name, range) {
  if (!window.Highlight) return;
  if (range) CSS.highlights.set(name, new Highlight(range));
  else CSS.highlights.delete(name);
}
