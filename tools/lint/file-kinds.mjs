import path from 'node:path';

/** The kinds of files, each with the one way to spell it: `order.events.ts`, never `order-events.ts`. */
const kinds = (
  'module api.module worker.module cli.module controller service repository entity dto query view presenter errors events ' +
  'problems settings proof replays consumer schedule handler provider guard pipe filter interceptor decorator strategy store ' +
  'checks d'
).split(' ');

/** Kinds that nothing else is called by, so that a hyphen before one is a mistake: a retry schedule is none of our schedules. */
const unmistakable = (
  'module controller service repository entity dto view presenter errors events problems settings proof replays ' +
  'consumer guard pipe interceptor decorator'
).split(' ');

/** Endings of class names that are kinds of files. */
const endings =
  'Controller Service Repository Module Dto Query View Guard Pipe Interceptor Filter Strategy Consumer Proof Handler Schedule'.split(
    ' ',
  );
const kindOfClass = { ...Object.fromEntries(endings.map((ending) => [ending, ending.toLowerCase()])), Job: 'schedule' };

/** What is wrong with the name of a file, and the right one; undefined where nothing is. */
export function misspelling(file) {
  const [stem, ...rest] = path.basename(file, '.ts').split('.');
  const kind = rest.filter((part) => part !== 'spec').join('.');
  if (kind !== '' && !kinds.includes(kind))
    return `.${kind}.ts is no kind of file; use a hyphen, or one of ${kinds.join(', ')}`;
  const words = stem.split('-');
  if (kind === '' && words.length > 1 && unmistakable.includes(words.at(-1)))
    return `write ${words.slice(0, -1).join('-')}.${words.at(-1)}.ts`;
  return misplacement(file, kind);
}

/** `dto/` has what comes in, and nothing that goes out. */
function misplacement(file, kind) {
  const inDto = path.basename(path.dirname(file)) === 'dto';
  if ((kind === 'dto' || kind === 'query') && !inDto) return `it comes in, so it belongs in dto/${path.basename(file)}`;
  if ((kind === 'view' || kind === 'presenter') && inDto)
    return `it goes out, so it belongs in ../${path.basename(file)}`;
  return undefined;
}

/** The kind of file that something of this name belongs in, where that is another one. */
function misfiled(name, isClass, file) {
  const ending = Object.keys(kindOfClass).find((one) => name.endsWith(one) && name !== one);
  const kind = isClass ? kindOfClass[ending] : /^present[A-Z]/.test(name) && 'presenter';
  return kind && !path.basename(file).endsWith(`${kind}.ts`) ? `${name} belongs in a file x.${kind}.ts` : undefined;
}

/** One spelling for each kind of file, and one kind of file for each kind of thing. */
export const fileKind = {
  create(context) {
    const { filename } = context;
    const report = (node, text) => text && context.report({ node, message: `${path.basename(filename)}: ${text}.` });
    return {
      Program: (node) => report(node, misspelling(filename)),
      ExportNamedDeclaration({ declaration }) {
        // The platform has what others derive theirs from.
        if (!declaration?.id || filename.includes('/src/platform/')) return;
        report(declaration.id, misfiled(declaration.id.name, declaration.type === 'ClassDeclaration', filename));
      },
    };
  },
};
