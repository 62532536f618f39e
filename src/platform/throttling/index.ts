export { AddressLimit } from './address-limit.js';
export { clientAddress } from './client-address.js';
export { RateLimitGuard } from './rate-limit.guard.js';
export type { Counted } from './rate-limit-fields.js';
export { RateLimited } from './rate-limited.js';
export { signInAddress, SignInLimit } from './sign-in-limit.js';
export { SubjectLimit } from './subject-limit.js';
export { ThrottlingModule } from './throttling.module.js';
