// Runs the core of verify.html under Node: node run.mjs PAGE JOBS prints one JSON answer per job.
// A job is {"bundle": path, "receipt": path, "key": text, "old": true}: either path may be missing;
// "old" stands for a browser that knows no Ed25519.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [page, jobs] = process.argv.slice(2);
const html = readFileSync(page, "utf8");
const [, tables] = /id="tables">([\s\S]*?)<\/script>/.exec(html);
const [, script] = /<script>\n([\s\S]*?)<\/script>/.exec(html);
const told = ["audit", "checkReceipt", "Unusable"].join(", ");
const document = { getElementById: () => ({ textContent: tables }), addEventListener() {} };
const core = vm.runInThisContext(`((document) => {${script}\nreturn { ${told} };})`)(document);
const bytes = (path) => new Uint8Array(readFileSync(path));

const importKey = crypto.subtle.importKey.bind(crypto.subtle);
const refuse = async () => { throw new DOMException("Unrecognized name", "NotSupportedError"); };

async function run({ bundle, receipt, key = "", old = false }) {
  crypto.subtle.importKey = old ? refuse : importKey;
  try {
    const audited = bundle && await core.audit(bytes(bundle), key);
    const found = receipt ? await core.checkReceipt(bytes(receipt), key, audited) : audited;
    const result = found.result ?? null;
    const findings = found.steps.flatMap((step, n) => step.findings.map((one) => ({ step: n + 1, ...one })));
    return { sound: !findings.some((one) => one.severity === "error"), findings, result };
  } catch (fault) {
    if (fault instanceof core.Unusable) return { unusable: fault.message };
    return { crash: String(fault.stack) };
  }
}

for (const job of JSON.parse(readFileSync(jobs, "utf8"))) console.log(JSON.stringify(await run(job)));
