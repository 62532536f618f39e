import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The place at the end of a frame of a stack. */
const PLACE = /(file:\/\/\/[^()]+\.js):(\d+):(\d+)(?=\)?$)/;
/** By the URL of the file that runs; `undefined` for one without a map. */
const maps = new Map<string, SourceMap | undefined>();

/**
 * Returns the frame of a stack with its place in Till's sources, where the file that runs has a map. Node would do it with
 * `--enable-source-maps`, and reads all maps at the start for it, which takes 0.2 s and 20 MiB; here the first error of a file pays.
 */
export function inSources(frame: string): string {
  return frame.replace(PLACE, (place, url: string, line: string, column: string) => {
    const offset = Number(line) - 1;
    const entry = mapOf(url)?.findEntry(offset, Number(column) - 1);
    // A map has no entries for packages, and finds the nearest one before.
    if (!entry || !('originalSource' in entry) || entry.generatedLine !== offset) return place;
    return `${fileURLToPath(new URL(entry.originalSource, url))}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

/** Nothing where the map is missing or broken: the place in the file that runs is better than an error about an error. */
function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
