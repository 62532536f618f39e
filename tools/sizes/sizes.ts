import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A file, with the lines of its functions and the parameters of its constructors. */
export interface Size {
  readonly file: string;
  readonly lines: number;
  /** From the name to the closing brace; a function within another counts for both. */
  readonly functions: readonly { readonly at: string; readonly lines: number }[];
  readonly constructors: readonly { readonly at: string; readonly parameters: number }[];
}

export function sizeOf(file: string, text = readFileSync(file, 'utf8')): Size {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const functions: Size['functions'][number][] = [];
  const constructors: Size['constructors'][number][] = [];
  const visit = (node: ts.Node): void => {
    const first = lineOf(node.getStart());
    const at = `${file}:${first}`;
    if (hasBody(node)) functions.push({ at, lines: lineOf(node.end) - first + 1 });
    if (ts.isConstructorDeclaration(node)) constructors.push({ at, parameters: node.parameters.length });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file, lines: text.trimEnd().split('\n').length, functions, constructors };
}

function hasBody(node: ts.Node): boolean {
  if (ts.isArrowFunction(node)) return ts.isBlock(node.body);
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** The value that 95 of 100 do not exceed (nearest rank). */
export function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
}
