// Which problems do the sources tell of: each code, with the words of its message?
// @ts-check
import { posix } from 'node:path';
import { parse, property, walk, words } from './syntax.mjs';

/**
 * @typedef {import('./syntax.mjs').Node} Node
 * @typedef {import('./source.mjs').Source} Source
 * @typedef {{ code: string, severity: string, message: string, path: string }} Told
 * @typedef {{ name: string, params: readonly string[], start: number, end: number }} Maker
 * @typedef {{ path: string, name: string, args: (string | undefined)[] }} Call
 * @typedef {{ path: string, maker: string, severity: string, code: string | number, message: string | number }} Pending
 */

/** Problems written out, and those made by a function that takes the code or the message from its caller.
 * @param {readonly Source[]} sources @returns {Told[]} */
export function problemsIn(sources) {
  /** @type {Told[]} */
  const told = [];
  /** @type {Pending[]} */
  const pending = [];
  /** @type {Call[]} */
  const calls = [];
  // The function that every problem is made with tells of none itself.
  for (const source of sources.filter(({ path }) => path !== 'src/model/problem.ts'))
    readOne(source, told, pending, calls);
  const byPath = new Map(sources.map((source) => [source.path, source]));
  for (const { path, maker, severity, code, message } of pending) {
    const callers = calls.filter((call) => call.name === maker && reaches(byPath.get(call.path), maker, path));
    for (const { args } of callers) {
      const given = typeof code === 'number' ? args[code] : code;
      const text = typeof message === 'number' ? args[message] : message;
      if (given !== undefined) told.push({ code: given, severity, message: text ?? '', path });
    }
  }
  return told;
}

/** @param {Source | undefined} source @param {string} name @param {string} path where the function is declared */
function reaches(source, name, path) {
  if (!source) return false;
  const from = source.locals[name];
  if (from === undefined) return source.path === path;
  return posix.normalize(posix.join(posix.dirname(source.path), from)) === path;
}

/** @param {Source} source @param {Told[]} told @param {Pending[]} pending @param {Call[]} calls */
function readOne({ path, text }, told, pending, calls) {
  const { program } = parse(path, text);
  /** @type {Maker[]} */
  const makers = [];
  walk(program, (node) => {
    const maker = makerOf(node);
    if (maker) makers.push(maker);
    const parts = partsOf(node, text);
    if (parts) settle(parts, node, makers);
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
      calls.push({
        path,
        name: node.callee.name,
        args: node.arguments.map((/** @type {Node} */ each) => words(each, text)),
      });
    }
  });

  /** @param {NonNullable<ReturnType<typeof partsOf>>} parts @param {Node} node @param {readonly Maker[]} known */
  function settle({ code, message, severity }, node, known) {
    const maker = known.findLast(({ start, end }) => start <= node.start && node.end <= end);
    /** @param {Node | undefined} part */
    const read = (part) => {
      const index = part?.type === 'Identifier' && maker ? maker.params.indexOf(part.name) : -1;
      return index >= 0 ? index : words(part, text);
    };
    const [given, said] = [read(code), read(message)];
    if (given === undefined) return;
    if (typeof given === 'string' && typeof said !== 'number')
      told.push({ code: given, severity, message: said ?? '', path });
    else if (maker) pending.push({ path, maker: maker.name, severity, code: given, message: said ?? '' });
  }
}

/** `problem(code, message, { severity })`, or an object with code, severity and message; a question of the rows has its message in `many`.
 * @param {Node} node @param {string} text */
function partsOf(node, text) {
  if (node.type === 'CallExpression' && node.callee.name === 'problem') {
    const [code, message, more] = node.arguments;
    const severity = more?.type === 'ObjectExpression' ? words(property(more, 'severity'), text) : undefined;
    return { code, message, severity: severity ?? 'error' };
  }
  if (node.type !== 'ObjectExpression') return undefined;
  const [code, severity, message] = ['code', 'severity', 'message'].map((name) => property(node, name));
  const said = message ?? property(node, 'many');
  return code && severity && said ? { code, message: said, severity: words(severity, text) ?? 'error' } : undefined;
}

/** @param {Node} node @returns {Maker | undefined} */
function makerOf(node) {
  const made = node.type === 'FunctionDeclaration' ? node : node.type === 'VariableDeclarator' ? node.init : undefined;
  const name = node.id?.name;
  if (!name || !Array.isArray(made?.params)) return undefined;
  const params = made.params.map((/** @type {Node} */ each) => each.name ?? each.left?.name ?? '');
  return { name, params, start: made.start, end: made.end };
}
