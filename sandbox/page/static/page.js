// Shows snapshots of the sandbox, one a second, and orders faults by their REST.
import { drawTopology } from "./topology.js";
import { byId, el, keyed, label, shortName, show } from "./dom.js";
import { openFault, showFaults } from "./faults.js";
import { showRequests } from "./requests.js";

const every = 1000;
const healths = { well: "healthy", partly: "partly healthy", unwell: "unhealthy", unwatched: "not watched" };
let before = new Map();

function bar(wide) {
  const fill = el("div", { className: "fill" });
  const text = el("span");
  const root = el("div", { className: wide ? "bar wide" : "bar" }, el("div", { className: "rail" }, fill), text);
  return { root, set(part, said) {
    fill.style.width = `${Math.min(100, part * 100)}%`;
    fill.classList.toggle("full", wide && part >= 1);
    show(text, said);
  } };
}

function cells(row, ...contents) {
  row.append(...contents.map(([tag, className, child]) => {
    const cell = el(tag, { className });
    if (tag === "th") cell.scope = "row";
    if (child) cell.append(child);
    return cell;
  }));
  return row;
}

function showViews({ links, nodes }) {
  const rows = links.flatMap((link) => link.views.map((view) => ({ link, view, from: label(nodes, link.from) })));
  byId("no-views").hidden = rows.length > 0;
  keyed(byId("views"), rows, ({ link, view }) => [link.from, link.to, view.by, view.name].join(" "), () => {
    const state = el("span", { className: "health" });
    const row = cells(el("tr"), ["th", ""], ["td", ""], ["td", "", state], ["td", "number"], ["td", "number"]);
    return { root: row, update({ link, view, from }) {
      const health = view.disabled ? "unwatched" : view.well ? "well" : "unwell";
      let said = view.disabled ? "switched off" : view.well ? "healthy" : "unhealthy";
      if (view.breaker) said = view.well ? "breaker closed" : `breaker open, ${Math.ceil(view.openSeconds ?? 0)} s left`;
      state.className = `health ${health}`;
      show(row.children[0], `${from} · ${view.by}`);
      show(row.children[1], view.name);
      show(state, said);
      show(row.children[3], view.latencyMs ? `${Math.round(view.latencyMs)} ms` : "–");
      show(row.children[4], view.breaker ? "–" : String(view.requests ?? 0));
    } };
  });
}

function showDeployments(deployments) {
  byId("no-deployments").hidden = deployments.length > 0;
  keyed(byId("deployments"), deployments, (d) => `${d.name} ${d.host}`, () => {
    const share = bar(false), limit = bar(true);
    const row = cells(el("tr"), ["th", ""], ["td", ""], ["td", ""], ["td", "", share.root], ["td", "number"], ["td", "number"], ["td", "number"], ["td", "number"], ["td", "", limit.root]);
    return { root: row, update(d) {
      [d.name, shortName(d.host), `${d.model} ${d.sku}`].forEach((text, i) => show(row.children[i], text));
      share.set(d.share, `${Math.round(d.share * 100)} %`);
      [d.requests, d.refused, d.promptTokens, d.completionTokens].forEach((n, i) => show(row.children[4 + i], n.toLocaleString("en")));
      limit.set(d.limit ? d.window / d.limit : 0, `${d.window.toLocaleString("en")} of ${d.limit.toLocaleString("en")}`);
    } };
  });
}

// tellNews says to screen readers what has changed since the snapshot before.
function tellNews(nodes) {
  const news = nodes.filter((node) => before.has(node.host) && before.get(node.host) !== node.health)
    .map((node) => `${shortName(node.host)} is ${healths[node.health]}.`);
  before = new Map(nodes.map((node) => [node.host, node.health]));
  if (news.length) byId("news").textContent = news.join(" ");
}

async function refresh() {
  try {
    const response = await fetch("data/snapshot");
    if (!response.ok) throw new Error(await response.text());
    const snapshot = await response.json();
    byId("nothing").hidden = snapshot.nodes.length > 0;
    drawTopology(snapshot, healths, openFault);
    showViews(snapshot);
    showFaults(snapshot, refresh);
    showDeployments(snapshot.deployments);
    showRequests(snapshot);
    tellNews(snapshot.nodes);
    live("on", "live");
  } catch (problem) {
    live("off", "no connection to the sandbox; is bin/aoai serve running?");
    console.error(problem);
  }
}

function live(className, text) {
  byId("live").className = `live ${className}`;
  show(byId("live"), text);
}

async function follow() {
  if (!document.hidden) await refresh();
  setTimeout(follow, every);
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
follow();
