// Lists recent requests, and shows one of them step by step.
import { byId, el, keyed, label, milliseconds, shortName, show, statusClass } from "./dom.js";

const kinds = { "front-door": "Front Door", "application-gateway": "Application Gateway", gateway: "API Management gateway", account: "Azure OpenAI account", "event-hub": "Event hub", entra: "Entra" };

const statusText = (status, ended) => (!ended ? "…" : status === 0 ? "none" : String(status));

let nodes = [];

export function showRequests(snapshot) {
  const requests = snapshot.requests;
  nodes = snapshot.nodes;
  byId("no-requests").hidden = requests.length > 0;
  keyed(byId("requests"), requests, (request) => request.id, (first) => {
    const status = el("span", { className: "status" });
    const button = el("button", { type: "button", textContent: "Trace" });
    button.addEventListener("click", () => open(first.id));
    const row = el("tr", {}, el("td", { className: "mono" }), el("td", {}, status), el("td", { className: "path" }), el("td"), el("td"), el("td", { className: "number" }),
      el("td", { className: "number" }), el("td", {}, button));
    return { root: row, update(request) {
      const time = new Date(request.began).toLocaleTimeString("en-GB");
      show(row.children[0], time);
      status.className = `status ${statusClass(request.status, request.ended)}`;
      show(status, statusText(request.status, request.ended));
      show(row.children[2], `${request.method} ${request.path}`);
      row.children[2].title = request.path;
      show(row.children[3], label(nodes, request.entry));
      show(row.children[4], request.answered ? shortName(request.answered) + (request.faulted ? " · a fault hit it" : "") : "–");
      show(row.children[5], String(request.attempts));
      show(row.children[6], request.ended ? milliseconds(request.tookMs) : "under way");
      button.setAttribute("aria-label", `Trace of request ${request.id}, ${time}, ${statusText(request.status, request.ended)}`);
    } };
  });
}

async function open(id) {
  const response = await fetch(`data/requests/${id}`);
  if (!response.ok) {
    show(byId("request-summary"), await response.text());
    byId("request-body").replaceChildren();
  } else {
    const request = await response.json();
    show(byId("request-title"), `Request ${id}`);
    show(byId("request-summary"), `${request.hop.method} ${request.hop.path}, at ${new Date(request.began).toLocaleTimeString("en-GB")}`);
    const left = request.unkept ? el("p", { className: "hint", textContent: `${request.unkept} more steps were not kept.` }) : null;
    byId("request-body").replaceChildren(hop(request.hop), ...(left ? [left] : []));
  }
  byId("request-dialog").showModal();
}
byId("request-close").addEventListener("click", () => byId("request-dialog").close());

function hop(of) {
  const status = el("span", { className: `status ${statusClass(of.status, of.ended)}`, textContent: statusText(of.status, of.ended) });
  const title = el("div", { className: "title" }, status, el("b", { textContent: [kinds[of.kind] ?? of.kind ?? "Host", of.region].filter(Boolean).join(" · ") }),
    el("span", { className: "soft", textContent: of.ended ? `at ${milliseconds(of.atMs)}, took ${milliseconds(of.tookMs)}` : "under way" }),
    ...(of.faults ?? []).map((fault) => el("span", { className: "chip", textContent: `fault: ${fault}` })),
    of.problem ? el("span", { className: "chip", textContent: of.problem }) : null);
  return el("div", { className: "hop" }, title, el("p", { className: "where mono", textContent: of.host }),
    of.steps?.length ? el("ol", { className: "steps" }, ...lines(of.steps, of.atMs)) : null, ...(of.hops ?? []).map(hop));
}

// lines are the steps, with their times since the client's request came; what a policy said first stands beside its name.
function lines(steps, began) {
  const rows = [];
  let named = null;
  for (const step of steps) {
    if (named && step.text && step.depth === named.depth + 1) {
      named.line.append(told(step.text));
      named = null;
      continue;
    }
    const line = el("span", { className: "line" });
    line.style.paddingLeft = `${step.depth * 18}px`;
    if (step.section) line.append(el("span", { className: "section", textContent: step.section }));
    if (step.policy) line.append(el("code", { textContent: step.policy }));
    if (step.text) line.append(told(step.text));
    named = step.policy ? { depth: step.depth, line } : null;
    rows.push(el("li", {}, el("span", { className: "at", textContent: milliseconds(began + step.atMs) }), line));
  }
  return rows;
}

const told = (text) => el("span", { className: /^(error|failed): /.test(text) ? "failed" : "told", textContent: text });
