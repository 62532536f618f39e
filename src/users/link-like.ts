/** A scheme, a `www.`, a host name or an IPv4 address: mail programs make links of these. Matches dots of any width. */
const patterns = [
  /[a-z][a-z0-9+-]*:\/\//i,
  /\bwww\./i,
  /(mailto|tel|javascript|data):/i,
  // A host name with a label of two characters or more, or a short name such as t.co.
  /[\p{L}\p{N}-]{2,}\.[\p{L}]{2,}/u,
  /(?<![\p{L}\p{N}])[\p{L}\p{N}]\.(\p{Ll}{2,3}(?!\p{L})|\p{L}{2,}\/)/u,
  // The same in capitals or with a longer ending: J.SMITH is a name, X.COM and a.shop are hosts.
  /(?<![\p{L}\p{N}])[\p{L}\p{N}]\.(com|net|org|info|biz|shop|store|site|online|link|click|live|club|page|app|dev|top|xyz|vip|win)(?!\p{L})/iu,
  /\d{1,3}(\.\d{1,3}){3}/,
];

/** Whether a mail program may make a link of the text or of a part of it. */
export function looksLikeLink(text: string): boolean {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[\u3002\u2024]/g, '.')
    .replaceAll(/\p{Cf}/gu, '');
  return patterns.some((pattern) => pattern.test(plain));
}
