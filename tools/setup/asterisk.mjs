/** Imported first: lets this process, and all that it starts, load packages from a clone with an asterisk in its path. */
import module from 'node:module';
import { encoded } from './asterisk-hooks.mjs';

const own = encoded(import.meta.url);
if (own.includes('%2A')) {
  const option = `--import=${own}`;
  const { NODE_OPTIONS = '' } = process.env;
  if (!NODE_OPTIONS.includes(option)) process.env.NODE_OPTIONS = `${NODE_OPTIONS} ${option}`.trim();
  if (module.registerHooks) module.registerHooks({ resolve });
  else module.register('./asterisk-hooks.mjs', own);
}

function resolve(specifier, context, next) {
  const found = next(encoded(specifier), { ...context, parentURL: encoded(context.parentURL) });
  return { ...found, url: encoded(found.url) };
}
