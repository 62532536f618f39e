export { keysInUse, secretOfEachKey, type StoredSecret } from './encrypted-columns.js';
export { Encryption, type Place, Undecipherable } from './encryption.js';
export { EncryptionModule } from './encryption.module.js';
export { type Rotated, SecretRotation } from './secret-rotation.js';
