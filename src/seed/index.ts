export { type DemoLogin, Seed, SeedModule } from './seed.module.js';
