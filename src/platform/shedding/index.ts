export { LoadShedding } from './load-shedding.js';
export { ProcessOverloaded } from './overloaded.js';
export { setPriorities } from './priorities.js';
export { SheddingModule } from './shedding.module.js';
