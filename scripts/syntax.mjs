// How is a TypeScript source walked as a tree, and where does each node stand?
// @ts-check
import { parseSync, visitorKeys } from 'oxc-parser';

/** The tree's nodes are walked as plain data, so one loose type stands for all of them.
 * @typedef {{ type: string, start: number, end: number, [key: string]: any }} Node */

/** @param {string} path @param {string} text */
export function parse(path, text) {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  return { program: /** @type {Node} */ (/** @type {unknown} */ (program)), comments };
}

/** @param {Node} node @param {(node: Node) => boolean | void} visit returns false to leave the children out */
export function walk(node, visit) {
  if (visit(node) === false) return;
  for (const key of visitorKeys[node.type] ?? []) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const each of child) if (each) walk(each, visit);
    } else if (child) walk(child, visit);
  }
}

/** Gives the line, counted from 1, of an offset. @param {string} text */
export function lineCounter(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (/** @type {number} */ offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** @param {Node} object an ObjectExpression @param {string} name @returns {Node | undefined} */
export function property(object, name) {
  return object.properties.find((/** @type {Node} */ each) => each.type === 'Property' && each.key.name === name)
    ?.value;
}

/** The text of a literal, or of a template with its holes named after what fills them.
 * @param {Node | undefined} node @param {string} text @returns {string | undefined} */
export function words(node, text) {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : undefined;
    case 'TemplateLiteral':
      return node.quasis
        .map((/** @type {Node} */ quasi, /** @type {number} */ index) => {
          const hole = node.expressions[index];
          return quasi.value.cooked + (hole ? (words(hole, text) ?? `<${holeName(hole, text)}>`) : '');
        })
        .join('');
    case 'BinaryExpression':
      return both([words(node.left, text), words(node.right, text)], '');
    case 'ConditionalExpression':
      return both([words(node.consequent, text), words(node.alternate, text)], '|');
    default:
      return undefined;
  }
}

/** @param {readonly (string | undefined)[]} parts @param {string} between */
const both = (parts, between) => (parts.every((part) => part !== undefined) ? parts.join(between) : undefined);

/** @param {Node} hole @param {string} text @returns {string} */
function holeName(hole, text) {
  if (hole.type === 'CallExpression' && hole.arguments.length > 0) return holeName(hole.arguments[0], text);
  if (hole.type === 'MemberExpression' && !hole.computed) return hole.property.name;
  return text.slice(hole.start, hole.end).replace(/\s+/g, ' ').slice(0, 40);
}
