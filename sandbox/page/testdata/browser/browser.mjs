// Drives the page in Chromium, by keyboard alone, while somebody else sends requests.
// Usage: node browser.mjs CHROMIUM PAGE ACCOUNT-HOST [FOLDER FOR SCREENSHOTS]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [executablePath, address, host, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let failed = false;
try {
  for (const colorScheme of ["light", "dark"]) await look(colorScheme);
} catch (problem) {
  failed = true;
  console.error(problem);
} finally {
  await browser.close();
}
process.exit(failed ? 1 : 0);

async function look(colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 }, bypassCSP: false });
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (problem) => wrong.push(problem));
  page.on("console", (message) => { if (message.type() === "error") wrong.push(message.text()); });
  page.on("request", (request) => { if (new URL(request.url()).host !== new URL(address).host && !request.url().startsWith("data:")) wrong.push(`asks ${request.url()}`); });
  await page.goto(address);
  const card = page.locator(".node", { hasText: host });
  await card.getByText("healthy", { exact: true }).waitFor();
  assert.equal(await page.locator(".topology h3:visible").count(), 3, "edge, gateways and models are there");
  assert.ok(await page.locator("#lines path").count() >= 4, "lines join them");
  const rows = page.locator("#requests tr", { hasText: "200" });
  await rows.nth(4).waitFor();
  await page.locator("#deployments tr", { hasText: "gpt-5.4-mini" }).first().waitFor();
  await clean(page, `${colorScheme}: the page`);

  // The trace of a request, by keyboard.
  await rows.first().getByRole("button").focus();
  await page.keyboard.press("Enter");
  await page.locator("#request-dialog .hop .hop .hop").first().waitFor();
  const trace = await page.locator("#request-body").textContent();
  for (const want of ["Front Door", "API Management gateway", "Azure OpenAI account", "inbound", "forward-request", "outbound"]) assert.ok(trace.includes(want), `the trace shows ${want}`);
  await clean(page, `${colorScheme}: the trace`);
  await shot(page, `page-trace-${colorScheme}`);
  await page.keyboard.press("Escape");

  // A fault, by keyboard: the button of the host, the next kind, Enter.
  await card.getByRole("button").focus();
  await page.keyboard.press("Enter");
  await page.locator("#fault-dialog[open]").waitFor();
  await clean(page, `${colorScheme}: the dialog for faults`);
  assert.equal(await page.evaluate(() => document.activeElement.name), "kind", "the focus is on what happens");
  await page.keyboard.press("ArrowDown"); // status 503
  await page.keyboard.press("Enter");
  await page.locator("#faults li", { hasText: "status 503" }).waitFor();
  await card.locator(".chip", { hasText: "status 503" }).waitFor();
  await card.locator(".health.unwell, .health.partly").waitFor(); // the breaker opens
  await shot(page, `page-${colorScheme}`);
  await page.locator("#news", { hasText: host.split(".")[0] }).waitFor({ state: "attached" });
  await page.locator("#views", { hasText: "breaker open" }).waitFor();
  await clean(page, `${colorScheme}: the page with a fault`);
  await page.locator("#end-all").focus();
  await page.keyboard.press("Enter");
  await page.locator("#no-faults:visible").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "add-fault", "the focus is not lost");

  await page.setViewportSize({ width: 400, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "a narrow window needs no scrolling aside");
  assert.deepEqual(wrong, []);
  await context.close();
}

// clean asks axe-core, which finds nothing.
async function clean(page, what) {
  const findings = await page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ["violations"] }); })()`);
  console.log(`${what}: ${findings.passes.length} rules hold, ${findings.violations.length} are broken`);
  assert.deepEqual(findings.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html + " " + n.failureSummary).join("; ")}`), [], what);
}

async function shot(page, name) {
  if (!shots) return;
  const full = !name.includes("trace");
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: full });
}
