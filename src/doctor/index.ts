export { examine } from './doctor.js';
export { type Finding, printed } from './finding.js';
