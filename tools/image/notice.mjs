import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LEGAL = /^(licen[cs]e|notice|copying|copyright)/i;
/** The section of a manual that has the licence, where a package has no file for it. */
const IN_MANUAL = /^#+ *licen[cs]e[^]*?(?=^#+ |(?![^]))/im;
const HEAD =
  'Till contains the following packages, some of them in parts. Each stands under the licence that follows its name.';

/**
 * Returns the text that the licences of packages want to see beside their code: name, version, licence and its text, with all notices.
 * @throws Error where a package says nothing of its licence
 */
export function notice(folders) {
  const sections = folders.map(section).toSorted();
  return `${[HEAD, ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const manifest = (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

function nameOf(folder) {
  const { name, version } = manifest(folder);
  return `${name} ${version}`;
}

function section(folder) {
  const { license, licenses, author, homepage } = manifest(folder);
  const licence = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ');
  const texts = textsOf(folder);
  if (!licence && texts.length === 0) throw new Error(`${folder} says nothing of its licence.`);
  const by = typeof author === 'string' ? author : author?.name;
  const facts = [nameOf(folder), `Licence: ${licence ?? 'see below'}`, by && `Author: ${by}`, homepage];
  return [facts.filter(Boolean).join('\n'), ...texts].join('\n\n');
}

function textsOf(folder) {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const read = ({ name }) => readFileSync(path.join(folder, name), 'utf8');
  const texts = files.filter(({ name }) => LEGAL.test(name)).map(read);
  const manuals = files.filter(({ name }) => /^readme/i.test(name)).map((file) => IN_MANUAL.exec(read(file))?.[0]);
  return (texts.length > 0 ? texts : manuals.filter((text) => text !== undefined)).map((text) => text.trim());
}
