/** The default key for access tokens. It is public, so production refuses it. */
export const developmentPrivateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgO3oWwxsy3Tty1phO
Kc80skE1sUa6V6ki+iecv4sISHKhRANCAASLFdVfbxzmDEgBSt4LTI5PtmgZBbQT
USF6tTWYV1OyJG3JrKJaXavisd/cB3yTxkmqr5Y81CuhIj+x86oHKcEP
-----END PRIVATE KEY-----`;
