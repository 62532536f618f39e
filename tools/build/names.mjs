import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * esbuild's `keepNames` names each function again whenever it is made, also each arrow function: a fifth of the api's CPU time (docs/performance.md). Leaves these
 * calls for classes and for constructor functions that esbuild has renamed, since their names are in use. Spaces take the place of the others,
 * so that lines and columns stay where source maps say.
 * @param {readonly string[]} folders with esbuild's files, which are written in place
 * @throws Error where esbuild names functions in another way
 */
export function leaveNamesToTheEngine(folders) {
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)));
  const naming = files.filter((file) => file.endsWith('.js') && readFileSync(file, 'utf8').includes('__name('));
  for (const file of naming) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, blank(text, needlessCalls(text)));
  }
  if (naming.length === 0) throw new Error('esbuild names functions in another way than this tool knows.');
}

/** @returns {{ from: number, to: number }[]} in order, what stands around the function of each call that changes no name */
function needlessCalls(text) {
  const source = ts.createSourceFile('x.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const spans = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.text === '__name' && isNamedAnyway(node.arguments)) {
      const [named] = node.arguments;
      const start = node.expression.getStart(source);
      spans.push({ from: start, to: start + '__name'.length }, { from: named.end, to: node.end - 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return spans.sort((a, b) => a.from - b.from);
}

/** An arrow function gets the name of its variable or property, and a declared one has its own. */
function isNamedAnyway([named, name]) {
  if (ts.isIdentifier(named)) return named.text === name.text;
  return ts.isArrowFunction(named) || (ts.isFunctionExpression(named) && (named.name ?? name).text === name.text);
}

function blank(text, spans) {
  let at = 0;
  const parts = [];
  for (const { from, to } of spans) {
    parts.push(text.slice(at, from), ' '.repeat(to - from));
    at = to;
  }
  return parts.join('') + text.slice(at);
}
