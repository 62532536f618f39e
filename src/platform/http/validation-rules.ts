import { getMetadataStorage, type MetadataStorage } from 'class-validator';

type Rules = ReturnType<MetadataStorage['getTargetValidationMetadatas']>;
type Grouped = ReturnType<MetadataStorage['groupByPropertyName']>;

/**
 * Has class-validator gather the rules of each class once: it would do so for every object that it checks, and look at every class with rules
 * each time. Decorators declare rules when a class is loaded, so they are complete before its first object.
 */
export function gatherRulesOnce(): void {
  const storage = getMetadataStorage();
  if (gathered.has(storage)) return;
  gathered.add(storage);
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const rules = new Map<unknown, Rules>();
  const groups = new WeakMap<Rules, Grouped>();
  // Till has neither schemas nor groups of rules. For a nested object, the library gives the name of the class around it as its schema.
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, ofGroups) =>
    ofGroups
      ? gather(target, schema, always, strictGroups, ofGroups)
      : kept(rules, target, () => gather(target, schema, always, strictGroups, ofGroups));
  storage.groupByPropertyName = (found) => kept(groups, found, () => group(found));
}

const gathered = new WeakSet<MetadataStorage>();

interface Keeps<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function kept<K, V>(cache: Keeps<K, V>, key: K, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
