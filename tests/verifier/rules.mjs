// Reads every rule of verify.html to its end: node rules.mjs PAGE prints how many, or fails.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const html = readFileSync(process.argv[2], "utf8");
const [, tables] = /id="tables">([\s\S]*?)<\/script>/.exec(html);
const [, script] = /<script>\n([\s\S]*?)<\/script>/.exec(html);
const document = { getElementById: () => ({ textContent: tables }), addEventListener() {} };
const core = vm.runInThisContext(`((document) => {${script}\nreturn { parsed, ask, fits, WORDS, TABLES };})`)(document);

const { names, records, checks, shapes, rules } = core.TABLES;
const facts = Object.values(rules).flatMap(({ must = [], after = {}, when, under, name }) =>
  [...must.map(([rule]) => rule), ...Object.values(after), when, under, name]);
const rows = Object.values(checks).flat().flatMap(({ step, code, ...row }) => Object.values(row));
const shaped = Object.values(shapes).flatMap((shape) => Object.values(shape));
const all = [...Object.values(names), ...Object.values(records), ...facts, ...rows, ...shaped].filter(Boolean);
for (const rule of all) core.parsed(rule);
const twice = Object.keys(names).filter((name) => name in core.WORDS);
const wrong = ["no_such_word", "1 < 2 3", "list(1", "not no_such_word"].filter((rule) => {
  try { core.ask(rule, {}); return true; } catch { return false; }
});
console.log(JSON.stringify({ read: all.length, twice, wrong, unknown: core.fits("x", "no-such-form") }));
