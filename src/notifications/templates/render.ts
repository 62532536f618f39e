import { Eta } from 'eta';
import type { Language } from '../../shared/languages.js';
import type { Letter } from '../domain/letter.js';
import { english } from './english.js';
import { german } from './german.js';
import { HTML_LAYOUT, TEXT_LAYOUT } from './layout.js';
import type { MailKind } from './mail-kinds.js';
import type { Words } from './words.js';

/** What a mail says beside its words. Values are as people typed them: HTML escapes them. */
export interface Content {
  readonly kind: MailKind;
  readonly language: Language;
  /** Of whoever gets it; may be empty. */
  readonly name: string;
  readonly values?: Readonly<Record<string, string | number>>;
  /** What is to be opened or entered. */
  readonly action?: { readonly value: string; readonly isLink: boolean };
  readonly tables?: readonly (readonly Row[])[];
}

/** A row of a table. */
export interface Row {
  readonly what: string;
  readonly price: string;
  readonly isTotal?: boolean;
}

type Template = (values: object) => string;

/** In which language the words are. */
const languages: Readonly<Record<Language, Words>> = { en: english, de: german };
const asText = new Eta({ autoEscape: false, autoTrim: false });
const asHtml = new Eta({ autoEscape: true, autoTrim: false });
const compiled = new Map<Eta, Map<string, Template>>([
  [asText, new Map()],
  [asHtml, new Map()],
]);

export const wordsIn = (language: Language): Words => languages[language];

/** Fills words of one template into text. */
export const filled = (template: string, values: object): string => templateOf(asText, template)(values);

/** Returns a mail in the language of whoever gets it, as text and as HTML. */
export function render({ kind, language, name, values = {}, action, tables = [] }: Content): Letter {
  const words = languages[language];
  const { subject: title, before, after = [] } = words.mails[kind];
  const shared = {
    language,
    greeting: filled(words.greeting, { name }),
    subject: filled(title, values),
    action: action && { ...action, label: action.isLink ? words.link : words.token },
    tables,
  };
  const body = (eta: Eta, layout: string): string => {
    const parts = (list: readonly string[]) => list.map((one) => templateOf(eta, one)(values));
    return templateOf(eta, layout)({ ...shared, before: parts(before), after: parts(after) });
  };
  return {
    subject: shared.subject,
    text: `${body(asText, TEXT_LAYOUT).trimEnd()}\n`,
    html: body(asHtml, HTML_LAYOUT),
  };
}

/** Compiles each template once. */
function templateOf(eta: Eta, template: string): Template {
  const known = compiled.get(eta)!;
  let found = known.get(template);
  if (!found) {
    const compiledTemplate = eta.compile(template);
    found = (values) => compiledTemplate.call(eta, values);
    known.set(template, found);
  }
  return found;
}
