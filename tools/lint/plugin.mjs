/** The rules of this house, for oxlint's `jsPlugins`: one of each boundary, and those that say how files are made. */
import path from 'node:path';
import { boundaries } from './boundaries.mjs';
import { capturedChanges } from './captured-changes.mjs';
import { domainWords } from './domain-words.mjs';
import { fileKind } from './file-kinds.mjs';

const rules = Object.fromEntries(
  boundaries.map((boundary) => [boundary.name, { create: (context) => visitor(context, boundary) }]),
);

const ofFiles = { 'file-kind': fileKind, 'captured-changes': capturedChanges, 'domain-words': domainWords };

export default { meta: { name: 'till' }, rules: { ...rules, ...ofFiles } };

function visitor(context, { name, reason, forbids }) {
  const from = inClone(context.cwd, context.filename);
  const check = ({ source }) => {
    if (typeof source?.value !== 'string') return;
    const to = imported(context, source.value);
    if (forbids(from, to))
      context.report({ node: source, message: `${name}: ${from} may not import ${to}. ${reason}` });
  };
  return {
    ImportDeclaration: check,
    ExportNamedDeclaration: check,
    ExportAllDeclaration: check,
    ImportExpression: check,
  };
}

/** The path in the clone, or the name of a package. */
function imported({ cwd, filename }, specifier) {
  return specifier.startsWith('.') ? inClone(cwd, path.resolve(path.dirname(filename), specifier)) : specifier;
}

function inClone(cwd, file) {
  return path.relative(cwd, file).replaceAll(path.sep, '/');
}
