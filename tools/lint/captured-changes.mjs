const runs = new Set(['run', 'runInGroup', 'snapshot']);
const mutators = new Set('push pop shift unshift splice sort reverse fill set add delete clear'.split(' '));

/** The variable that a member chain begins with: `a` of `a.b[0].c`; `this` for `this.b`. */
function rootOf(node) {
  let at = node;
  while (at?.type === 'MemberExpression' || at?.type === 'TSNonNullExpression') at = at.object ?? at.expression;
  if (at?.type === 'ThisExpression') return 'this';
  return at?.type === 'Identifier' ? at.name : undefined;
}

function* walk(node) {
  if (!node || typeof node.type !== 'string') return;
  yield node;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent') continue;
    if (Array.isArray(value)) for (const one of value) yield* walk(one);
    else if (value && typeof value === 'object') yield* walk(value);
  }
}

/** Names that a function declares, parameters among them, at any depth. */
function declaredIn(fn) {
  const names = new Set();
  const take = (pattern) => {
    for (const node of walk(pattern)) if (node.type === 'Identifier') names.add(node.name);
  };
  for (const node of walk(fn)) {
    for (const parameter of node.params ?? []) if (node.type !== 'TSTypeReference') take(parameter);
    if (node.type === 'VariableDeclarator') take(node.id);
    if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id) names.add(node.id.name);
    if (node.type === 'CatchClause' && node.param) take(node.param);
  }
  return names;
}

/** What a node changes, if it changes anything. */
function changed(node) {
  if (node.type === 'AssignmentExpression') return node.left;
  if (node.type === 'UpdateExpression') return node.argument;
  if (node.type === 'UnaryExpression' && node.operator === 'delete') return node.argument;
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object, property } = node.callee;
  if (object.type === 'Identifier' && object.name === 'Object' && property.name === 'assign') return node.arguments[0];
  // Services are asked to add and delete rows; those go with the transaction.
  return mutators.has(property.name) && rootOf(object) !== 'this' ? object : undefined;
}

/**
 * A use case runs again after a deadlock, and when others of its group fail: what it captured would be changed twice, and one
 * that is rolled back leaves its change behind.
 */
export const capturedChanges = {
  create(context) {
    return {
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || !runs.has(callee.property.name)) return;
        if (!/(^|\.)(tx|transaction)$/.test(context.sourceCode.getText(callee.object))) return;
        for (const work of node.arguments.filter(({ type }) => /Function/.test(type))) {
          const own = declaredIn(work);
          for (const inner of walk(work.body)) {
            const root = rootOf(changed(inner));
            if (root !== undefined && !own.has(root))
              context.report({
                node: inner,
                message: `The use case changes ${root}, which it has captured; it may run several times. Return the value instead.`,
              });
          }
        }
      },
    };
  },
};
