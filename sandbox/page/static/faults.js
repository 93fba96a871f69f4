// Lists the faults in force, and orders others.
import { byId, el, keyed, label, show } from "./dom.js";

const url = "/sandbox/traffic/faults";
const presets = [
  ["Too many requests: status 429, Retry-After 10 s", { kind: "status", status: 429, retryAfterSeconds: 10 }],
  ["Service unavailable: status 503", { kind: "status", status: 503 }],
  ["Slow: 2 s more until the answer", { kind: "latency", delayMs: 2000 }],
  ["Answers come in slow pieces: 200 ms between them", { kind: "slow-stream", delayMs: 200 }],
  ["No answer: requests hang", { kind: "hang" }],
  ["Connections break off", { kind: "reset" }],
  ["The host cannot be reached", { kind: "unreachable" }],
  ["The host name is not found (new connections)", { kind: "dns" }],
  ["Private DNS zone unlinked: gateways in networks take the public endpoint", { kind: "zone-unlinked" }],
  ["Private endpoint rejected: gateways in networks get no answer", { kind: "endpoint-rejected" }],
];
let faults = [];
let nodes = [];
let reload = async () => {};

const brief = (fault) => ({ status: `status ${fault.status}`, latency: `latency ${fault.delayMs} ms`, "slow-stream": `slow-stream ${fault.delayMs} ms` })[fault.kind] ?? fault.kind;

const where = (fault) => [fault.host, fault.region, fault.hostKind && `every ${fault.hostKind}`, fault.path && `paths with ${fault.path}`,
  fault.times && `${fault.times} more requests`, fault.share && `${Math.round(fault.share * 100)} % of the requests`].filter(Boolean).join(" · ");

export function showFaults(snapshot, refresh) {
  [faults, nodes, reload] = [snapshot.faults, snapshot.nodes, refresh];
  byId("no-faults").hidden = faults.length > 0;
  byId("end-all").disabled = faults.length === 0;
  keyed(byId("faults"), faults.map((fault, at) => ({ fault, at })), ({ at }) => at, () => {
    const what = el("span", { className: "what" }), place = el("span", { className: "where" });
    const button = el("button", { type: "button", textContent: "End" });
    const root = el("li", {}, el("span", {}, what, place), button);
    let current = 0;
    button.addEventListener("click", async () => {
      await order(faults.filter((_, i) => i !== current));
      byId("add-fault").focus(); // the button that had the focus is gone
    });
    return { root, update({ fault, at }) {
      current = at;
      show(what, brief(fault));
      show(place, where(fault));
      button.setAttribute("aria-label", `End ${brief(fault)}, ${where(fault)}`);
    } };
  });
}

async function order(list) {
  const response = await fetch(url, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(list) });
  if (!response.ok) throw new Error(await response.text());
  await reload();
}

// openFault asks what happens at a host; "" for one that is still to be chosen.
export function openFault(host) {
  const options = nodes.map((node) => el("option", { value: JSON.stringify({ host: node.host }), textContent: `${label(nodes, node.host)}: ${node.host}` }));
  const regions = [...new Set(nodes.map((node) => node.region).filter(Boolean))].sort();
  options.push(...regions.map((region) => el("option", { value: JSON.stringify({ region }), textContent: `everything in ${region}` })));
  byId("fault-where").replaceChildren(...options);
  if (host) byId("fault-where").value = JSON.stringify({ host });
  show(byId("fault-problem"), "");
  byId("fault-dialog").showModal();
  (host ? byId("fault-kinds").querySelector("input:checked") : byId("fault-where")).focus();
}

byId("fault-kinds").append(...presets.map(([text], i) => el("label", {}, el("input", { type: "radio", name: "kind", value: String(i), checked: i === 0 }), text)));
byId("add-fault").addEventListener("click", () => openFault(""));
byId("fault-cancel").addEventListener("click", () => byId("fault-dialog").close());
byId("end-all").addEventListener("click", async () => {
  await order([]);
  byId("add-fault").focus();
});
byId("fault-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const [, preset] = presets[Number(byId("fault-kinds").querySelector("input:checked").value)];
    const times = Number(byId("fault-times").value);
    await order([...faults, { ...JSON.parse(byId("fault-where").value), ...preset, ...(times > 0 ? { times } : {}) }]);
    byId("fault-dialog").close();
  } catch (problem) {
    show(byId("fault-problem"), problem.message);
  }
});
