/** The default key for access tokens. It is public, so production refuses it. */
export const developmentPrivateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgO3oWwxsy3Tty1phO
Kc80skE1sUa6V6ki+iecv4sISHKhRANCAASLFdVfbxzmDEgBSt4LTI5PtmgZBbQT
USF6tTWYV1OyJG3JrKJaXavisd/cB3yTxkmqr5Y81CuhIj+x86oHKcEP
-----END PRIVATE KEY-----`;

/** The default key for secrets in the database. It is public, so production refuses it. */
export const developmentEncryptionKey = 'development:6nX0pG3sCwS1qf0kq4Zl1v0Zb2yq8c3xJm5uT7hR9dE=';
