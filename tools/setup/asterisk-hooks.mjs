/**
 * Gives each file an address without an asterisk. Node puts a part of the import in place of every asterisk of an address, those of
 * its folders included (PACKAGE_TARGET_RESOLVE, node:esm), and so finds no package there.
 * @param {string | undefined} url
 */
export function encoded(url) {
  return url?.startsWith('file:') ? url.replaceAll('*', '%2A') : url;
}

/** The hook for Node before 22.15, which has it on a thread of its own. */
export async function resolve(specifier, context, next) {
  const found = await next(encoded(specifier), { ...context, parentURL: encoded(context.parentURL) });
  return { ...found, url: encoded(found.url) };
}
