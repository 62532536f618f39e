import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { QueryRefused } from '../graphql.errors.js';

/** The most of each that a query may have. */
export const LIMITS = {
  /** Characters of its text. */
  text: 20_000,
  /** Fields within fields. */
  depth: 12,
  aliases: 30,
  /** Fields and fragments that are written, each as often as it is used. */
  selections: 500,
  /** Values of the answer at most: fields, times the lengths of the lists that they are in. */
  nodes: 8000,
  /** Pages that are read: each is a search of its own. */
  pages: 5,
} as const;

/** How long lists are that nobody gives a limit: pages, and lists within something. */
const PAGE = 20;
const INNER_LISTS: Readonly<Record<string, number>> = { lines: 10, entries: 5 };
const PAGES = new Set(['products', 'orders', 'payments', 'customers', 'ledgerAccounts', 'ledgerTransactions']);

type Variables = Readonly<Record<string, unknown>>;

/** Measures an operation without running it. @throws QueryRefused for one beyond a limit; it stops counting there */
export function assertAffordable(
  document: DocumentNode,
  { selectionSet, variableDefinitions = [] }: OperationDefinitionNode,
  given: Variables,
): void {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === 'IntValue' ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  const variables = { ...Object.fromEntries(defaults), ...given };
  const fragments = new Map(
    document.definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === 'FragmentDefinition')
      .map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  new Measure(fragments, variables).add(selectionSet, 1, 1);
}

class Measure {
  private readonly count = { depth: 0, aliases: 0, selections: 0, nodes: 0, pages: 0 };

  constructor(
    private readonly fragments: ReadonlyMap<string, SelectionSetNode>,
    private readonly variables: Variables,
  ) {}

  /** Adds a selection at this depth, of which the answer has so many. A fragment that contains itself becomes too deep. */
  add({ selections }: SelectionSetNode, depth: number, times: number): void {
    this.raise('depth', Math.max(this.count.depth, depth));
    for (const selection of selections) {
      this.raise('selections', this.count.selections + 1);
      if (selection.kind === 'Field') this.addField(selection, depth, times);
      else {
        const inner =
          selection.kind === 'InlineFragment' ? selection.selectionSet : this.fragments.get(selection.name.value);
        if (inner) this.add(inner, depth + 1, times);
      }
    }
  }

  private addField(field: FieldNode, depth: number, times: number): void {
    if (field.alias) this.raise('aliases', this.count.aliases + 1);
    this.raise('nodes', this.count.nodes + times);
    // Within lists they are read for all rows at once.
    if (times === 1 && PAGES.has(field.name.value)) this.raise('pages', this.count.pages + 1);
    if (field.selectionSet) this.add(field.selectionSet, depth + 1, times * this.lengthOf(field));
  }

  private lengthOf({ name, arguments: given = [] }: FieldNode): number {
    const limit = given.find((argument) => argument.name.value === 'limit')?.value;
    if (limit?.kind === 'IntValue') return Math.max(1, Number(limit.value));
    if (limit?.kind === 'Variable') return Math.max(1, Number(this.variables[limit.name.value] ?? PAGE) || PAGE);
    return INNER_LISTS[name.value] ?? (PAGES.has(name.value) ? PAGE : 1);
  }

  private raise(what: keyof typeof this.count, value: number): void {
    this.count[what] = value;
    if (value > LIMITS[what])
      throw new QueryRefused('query_too_large', `The query has more than ${LIMITS[what]} ${what}.`);
  }
}
