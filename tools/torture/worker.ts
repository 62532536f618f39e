/** The process of workers that `npm run torture -- --shops` kills; its arguments are the shops. */
import { serveWorkers } from '../../test/model/worker-process.js';
import { loadParts } from './built-parts.js';

process.on('disconnect', () => process.exit());
await serveWorkers(await loadParts(), process.argv.slice(2));
