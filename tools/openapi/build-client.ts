import { compileClient, generateClient } from './client.js';
import { printedDocument } from './document.js';

await generateClient(await printedDocument());
compileClient();
console.log('The client is in packages/client/dist.');
