/**
 * Imported first: lets this process, and all that it starts, load packages from a clone with an asterisk in its path. Node puts a
 * part of the import in place of every asterisk of an address, those of its folders included (PACKAGE_TARGET_RESOLVE, node:esm),
 * and so finds no package there.
 */
import module from 'node:module';

const own = encoded(import.meta.url);
if (own.includes('%2A')) {
  const option = `--import=${own}`;
  const { NODE_OPTIONS = '' } = process.env;
  if (!NODE_OPTIONS.includes(option)) process.env.NODE_OPTIONS = `${NODE_OPTIONS} ${option}`.trim();
  // A Node that lacks it is too old for Till, and loads no package.
  module.registerHooks?.({ resolve });
}

function resolve(specifier, context, next) {
  const found = next(encoded(specifier), { ...context, parentURL: encoded(context.parentURL) });
  return { ...found, url: encoded(found.url) };
}

/** @param {string | undefined} url */
function encoded(url) {
  return url?.startsWith('file:') ? url.replaceAll('*', '%2A') : url;
}
