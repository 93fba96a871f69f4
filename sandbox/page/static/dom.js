// Small helpers. Nodes stay where they are between snapshots, so that focus stays, too.
export const byId = (id) => document.getElementById(id);

export function el(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// show changes a text only where it differs.
export function show(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const held = new WeakMap();

// keyed makes a list of children those of the items: make gives { root, update }.
export function keyed(parent, items, keyOf, make) {
  const old = held.get(parent) ?? new Map();
  const now = new Map();
  for (const item of items) {
    const key = keyOf(item);
    now.set(key, old.get(key) ?? make(item));
  }
  for (const [key, entry] of old) if (!now.has(key)) entry.root.remove();
  let at = 0;
  for (const item of items) {
    const entry = now.get(keyOf(item));
    entry.update(item);
    if (parent.children[at] !== entry.root) parent.insertBefore(entry.root, parent.children[at] ?? null);
    at += 1;
  }
  held.set(parent, now);
}

export const shortName = (host) => host.split(".")[0];

const kinds = { "front-door": "Front Door", "application-gateway": "Application Gateway", gateway: "Gateway", account: "Account" };

// label names a node by what it is and where; nodes that are alike get the host, too.
export function label(nodes, host) {
  const of = (node) => [kinds[node.kind] ?? node.kind, node.region].filter(Boolean).join(" · ");
  const node = nodes.find((each) => each.names.includes(host));
  if (!node) return shortName(host);
  const alike = nodes.filter((each) => of(each) === of(node)).length > 1;
  return alike ? `${of(node)} · ${shortName(node.host)}` : of(node);
}

export const milliseconds = (n) => (n < 10 ? `${n.toFixed(1)} ms` : n < 10000 ? `${Math.round(n)} ms` : `${(n / 1000).toFixed(1)} s`);

// statusClass is the colour of a status; 0 stands for no answer.
export const statusClass = (status, ended) => (!ended ? "" : status === 0 || status >= 500 ? "unwell" : status >= 400 ? "partly" : "well");
