/**
 * Words of the modules. Money, currencies, card numbers, permissions and the prefixes of ids are words of `shared/`, which the
 * platform may use.
 */
const words = (
  'order payment refund capture dispute chargeback settlement reconciliation stock product sku customer ledger fulfillment ' +
  'fulfilment shipment stripe soap sandbox invoice cart'
).split(' ');
const known = new Set(words.flatMap((word) => [word, `${word}s`]).concat('refunded', 'disputed'));

/** Other senses of these words. */
const otherSenses = [
  /\border by\b/gi,
  /\b(in|the|same|one|lock|fixed|this|their|sort|whatever) ?order\b/gi,
  /\border (in which|of)\b/gi,
  // The term of PCI DSS, and whom to ask for a token: the platform refuses card numbers for every module.
  /\bpayment (cards?|provider)\b/gi,
];

/** The text with what has another sense blanked. */
function own(text) {
  return otherSenses.reduce((rest, sense) => rest.replaceAll(sense, (found) => ' '.repeat(found.length)), text);
}

/** Words of the modules in a text, also in parts of names (`orderId`), with where they begin. */
export function domainWordsIn(text) {
  return [...own(text).matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)]
    .filter(([word]) => known.has(word.toLowerCase()))
    .map(({ 0: word, index }) => ({ word, index }));
}

/** The platform knows no module, and so has none of their words. The option `allow` lists those that a file may have. */
export const domainWords = {
  meta: { schema: false },
  create(context) {
    const allowed = new Set((context.options[0]?.allow ?? []).flatMap((word) => [word, `${word}s`]));
    const { sourceCode } = context;
    return {
      Program() {
        for (const { word, index } of domainWordsIn(sourceCode.text)) {
          if (allowed.has(word.toLowerCase())) continue;
          const loc = {
            start: sourceCode.getLocFromIndex(index),
            end: sourceCode.getLocFromIndex(index + word.length),
          };
          context.report({ loc, message: `"${word}" is a word of a module: let the module give it to the platform.` });
        }
      },
    };
  },
};
