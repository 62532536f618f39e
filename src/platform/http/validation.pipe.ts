import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ArgumentMetadata, ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { ValidationFailed, type Violation } from '../../shared/errors.js';
import { type ListProperty, listOf } from './list-of.js';
import { gatherRulesOnce } from './validation-rules.js';

/** Elements that are checked without a pause, which takes a few milliseconds. */
const PART = 50;
/** The maximum number of mistakes in a problem. */
const ENOUGH = 20;

type Members = Readonly<Record<string, unknown>>;

/** Validates bodies and queries against their DTO classes. Refuses unknown properties instead of dropping them. */
export function createValidationPipe(options: ValidationPipeOptions = {}): ValidationPipe {
  gatherRulesOnce();
  return new PartwisePipe({
    ...options,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new ValidationFailed(errors.flatMap((error) => violationsOf(error, ''))),
  });
}

/**
 * Validates a long list of objects in parts, with a turn of the event loop between them, so that one request does not delay others.
 * Refuses a list that is too long before reading its elements.
 */
class PartwisePipe extends ValidationPipe {
  /** JSON has no arrays with gaps. */
  protected override closeArrayGaps(): void {}

  /** `unsafeValue` has refused these names. */
  protected override stripProtoKeys(): void {}

  /** JSON has no binary values. */
  protected override findNestedBinaryValues(): ValidationError[] {
    return [];
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const list = listOf(metadata.metatype);
    const elements = list && (value as Members | undefined | null)?.[list.name];
    if (!Array.isArray(elements) || elements.length <= PART) return super.transform(value, metadata);
    if (elements.length > list!.max) throw new ValidationFailed([tooLong(list!)]);
    return this.inParts(list!, value as Members, elements, metadata);
  }

  private async inParts(list: ListProperty, value: Members, elements: unknown[], metadata: ArgumentMetadata) {
    const violations: Violation[] = [];
    const checked: unknown[] = [];
    let whole: Members | undefined;
    let from = 0;
    for (; from < elements.length && violations.length < ENOUGH; from += PART) {
      if (from > 0) await nextTurn();
      const offset = from;
      const part = { ...(from === 0 && value), [list.name]: elements.slice(from, from + PART) };
      const metatype = from === 0 ? metadata.metatype! : list.alone;
      const made = await this.attempt(part, { ...metadata, metatype }, (found) => {
        violations.push(...found.map((each) => shifted(each, list, offset)).filter((each) => isNew(each, violations)));
      });
      whole ??= made;
      checked.push(...((made?.[list.name] ?? []) as unknown[]));
    }
    if (violations.length > 0) throw new ValidationFailed(violations, from < elements.length);
    if (!areUnique(list, checked)) throw new ValidationFailed([notUnique(list)]);
    return Object.assign(whole!, { [list.name]: checked });
  }

  private async attempt(
    value: Members,
    metadata: ArgumentMetadata,
    refused: (violations: readonly Violation[]) => void,
  ): Promise<Members | undefined> {
    try {
      return (await super.transform(value, metadata)) as Members;
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      return void refused(error.violations ?? []);
    }
  }
}

/** Returns the violation with the element's index in the whole list. */
function shifted(violation: Violation, { name }: ListProperty, from: number): Violation {
  const [, property, index, ...rest] = violation.pointer.split('/');
  if (property !== name || index === undefined) return violation;
  return { ...violation, pointer: ['', name, Number(index) + from, ...rest].join('/') };
}

/** Removes duplicates: several parts report the same problem of the whole list. */
function isNew({ pointer, code }: Violation, known: readonly Violation[]): boolean {
  return !known.some((each) => each.pointer === pointer && each.code === code);
}

function areUnique({ uniqueBy }: ListProperty, elements: readonly unknown[]): boolean {
  return !uniqueBy || new Set(elements.map((element) => uniqueBy(element as never))).size === elements.length;
}

const tooLong = ({ name, max }: ListProperty): Violation => ({
  pointer: `/${name}`,
  code: 'array_max_size',
  message: `${name} must contain no more than ${max} elements`,
});
const notUnique = ({ name }: ListProperty): Violation => ({
  pointer: `/${name}`,
  code: 'array_unique',
  message: `All ${name}'s elements must be unique`,
});

function violationsOf(error: ValidationError, parent: string): Violation[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    code: codeOf(rule),
    message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => violationsOf(child, pointer))];
}

/** Converts class-validator's rule names to the form of other codes: `isInt` becomes `is_int`. */
function codeOf(rule: string): string {
  if (rule === 'whitelistValidation') return 'unknown_property';
  return rule.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
