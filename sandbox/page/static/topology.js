// Draws hosts as cards in columns, and lines from those who ask to those who answer.
import { byId, el, keyed, label, show } from "./dom.js";

let links = [];
let cards = new Map();
let nodes = [];

function card(cause) {
  const name = el("h4"), health = el("span", { className: "health" }), host = el("p", { className: "host" }), counts = el("p", { className: "counts" });
  const chips = el("div", { className: "chips" }), button = el("button", { type: "button", textContent: "Add a fault" });
  let current = "";
  button.addEventListener("click", () => cause(current));
  const root = el("li", { className: "node" }, el("div", { className: "row" }, name, health), host, counts, el("div", { className: "row" }, button, chips));
  return { root, update(node, healths) {
    current = node.host;
    root.className = `node ${node.health}`;
    show(name, label(nodes, node.host));
    health.className = `health ${node.health}`;
    show(health, healths[node.health]);
    show(host, node.host);
    const statuses = Object.entries(node.counts.byStatus).map(([status, n]) => `${status === "0" ? "broken off" : status}: ${n}`);
    show(counts, [`${node.counts.requests} requests`, node.counts.inFlight ? `${node.counts.inFlight} under way` : "", ...statuses].filter(Boolean).join(" · "));
    button.setAttribute("aria-label", `Add a fault at ${node.host}`);
    keyed(chips, node.faults, (fault) => fault, () => {
      const chip = el("span", { className: "chip" });
      return { root: chip, update(fault) { show(chip, fault); } };
    });
  } };
}

export function drawTopology(snapshot, healths, cause) {
  cards = new Map();
  nodes = snapshot.nodes;
  for (const column of document.querySelectorAll("#topology .column")) {
    const kinds = column.dataset.kinds.split(" ");
    const here = nodes.filter((node) => kinds.includes(node.kind));
    column.hidden = here.length === 0;
    keyed(column.querySelector("ul"), here, (node) => node.host, () => {
      const made = card(cause);
      return { root: made.root, update: (node) => made.update(node, healths) };
    });
    here.forEach((node, i) => cards.set(node.host, column.querySelector("ul").children[i]));
  }
  links = snapshot.links;
  drawLines();
}

function drawLines() {
  const svg = byId("lines"), frame = svg.getBoundingClientRect();
  const paths = links.filter((link) => cards.has(link.from) && cards.has(link.to)).map((link) => {
    const from = cards.get(link.from).getBoundingClientRect(), to = cards.get(link.to).getBoundingClientRect();
    const x1 = from.right - frame.left, y1 = from.top + from.height / 2 - frame.top, x2 = to.left - frame.left, y2 = to.top + to.height / 2 - frame.top;
    const bend = (x2 - x1) / 2;
    return { health: link.health, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` };
  });
  while (svg.children.length > paths.length) svg.lastChild.remove();
  paths.forEach((path, i) => {
    const line = svg.children[i] ?? svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    line.setAttribute("class", path.health);
    line.setAttribute("d", path.d);
  });
}
addEventListener("resize", drawLines);
