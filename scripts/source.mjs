// What does a TypeScript source file import, export, say and claim? Read from its syntax tree, never by pattern.
// @ts-check
import { lineCounter, parse, walk } from './syntax.mjs';

/**
 * @typedef {import('./syntax.mjs').Node} Node
 * @typedef {{ specifier: string, line: number, dynamic: boolean, typeOnly: boolean }} Import
 * @typedef {{ value: string, line: number }} Words
 * @typedef {{ kind: 'any' | 'as' | 'non-null', line: number, documented: boolean }} Claim
 * @typedef {{ name: string, from: string | null, original: string, kind: string, summary: string }} Export
 * @typedef {{
 *   path: string, text: string, lineCount: number, firstLine: string,
 *   imports: Import[], locals: Record<string, string>, exports: Export[],
 *   strings: Words[], comments: Words[], claims: Claim[], exits: number[],
 *   importMetaUrls: { start: number, end: number }[],
 * }} Source
 * @typedef {{ source: Source, text: string, lineOf: (offset: number) => number, docBefore: (offset: number) => string, isComment: (line: number) => boolean, visit: (node: Node) => boolean | void }} Reading
 */

/** Reads one source.
 * @param {string} path as it is to be named, with forward slashes
 * @param {string} text
 * @returns {Source} */
export function readSource(path, text) {
  const { program, comments } = parse(path, text);
  const lineOf = lineCounter(text);
  const commentLines = new Set(comments.flatMap((each) => range(lineOf(each.start), lineOf(each.end))));
  /** @type {Source} */
  const source = {
    path,
    text,
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    firstLine: firstLine(text),
    imports: [],
    locals: {},
    exports: [],
    strings: [],
    comments: comments.map((each) => ({ value: each.value, line: lineOf(each.start) })),
    claims: [],
    exits: [],
    importMetaUrls: [],
  };
  /** @type {Reading} */
  const reading = {
    source,
    text,
    lineOf,
    docBefore: (offset) => {
      const comment = comments.findLast((each) => each.end <= offset);
      const adjacent = comment && text.slice(comment.end, offset).trim() === '' && comment.value.startsWith('*');
      return adjacent ? sentence(comment.value) : '';
    },
    isComment: (line) => commentLines.has(line),
    visit: (node) => readers[node.type]?.(node, reading),
  };
  walk(program, reading.visit);
  return source;
}

/** What each type of node tells. @type {Readonly<Record<string, (node: Node, reading: Reading) => boolean | void>>} */
const readers = {
  ImportDeclaration: (node, reading) => {
    addImport(node, reading);
    for (const each of node.specifiers) reading.source.locals[each.local.name] = node.source.value;
    return false;
  },
  ExportAllDeclaration: (node, reading) => {
    addImport(node, reading);
    addExport(reading, { name: node.exported?.name ?? '*', from: node.source.value, original: '*' });
    return false;
  },
  ExportNamedDeclaration: (node, reading) => {
    for (const { exported, local } of node.specifiers) {
      addExport(reading, { name: exported.name, from: node.source?.value ?? null, original: local.name });
    }
    for (const { name, kind } of node.declaration ? declared(node.declaration) : []) {
      addExport(reading, { name, from: null, original: name, kind, summary: reading.docBefore(node.start) });
    }
    if (!node.source) return;
    addImport(node, reading);
    return false;
  },
  ExportDefaultDeclaration: (node, reading) => {
    const summary = reading.docBefore(node.start);
    addExport(reading, { name: 'default', from: null, original: 'default', kind: 'value', summary });
  },
  ImportExpression: (node, reading) => addRequest(node.source, node, reading),
  TSImportType: (node, { source, lineOf }) => {
    const { value } = node.source ?? node.argument?.literal ?? node.argument;
    source.imports.push({ specifier: value, line: lineOf(node.start), dynamic: false, typeOnly: true });
  },
  CallExpression: (node, reading) => {
    const callee = reading.text.slice(node.callee.start, node.callee.end);
    if (callee === 'require' || callee === 'require.resolve') addRequest(node.arguments[0], node, reading);
    if (callee === 'process.exit') reading.source.exits.push(reading.lineOf(node.start));
  },
  MemberExpression: ({ start, end }, { source, text }) => {
    if (text.slice(start, end) === 'import.meta.url') source.importMetaUrls.push({ start, end });
  },
  Literal: (node, { source, lineOf }) => {
    if (typeof node.value === 'string') source.strings.push({ value: node.value, line: lineOf(node.start) });
  },
  TemplateElement: (node, { source, lineOf }) => {
    source.strings.push({ value: node.value.cooked ?? '', line: lineOf(node.start) });
  },
  TSAnyKeyword: (node, reading) => addClaim('any', node, reading),
  TSNonNullExpression: (node, reading) => addClaim('non-null', node, reading),
  TSAsExpression: assertion,
  TSTypeAssertion: assertion,
};

/** @param {Node} node @param {Reading} reading */
function assertion(node, reading) {
  if (reading.text.slice(node.typeAnnotation.start, node.typeAnnotation.end) === 'const') return;
  addClaim('as', node, reading);
  // A chain such as `x as unknown as Y` is one claim.
  let inner = node.expression;
  while (inner.type === 'TSAsExpression' || inner.type === 'ParenthesizedExpression') inner = inner.expression;
  walk(inner, reading.visit);
  return false;
}

/** @param {Node} node @param {Reading} reading */
function addImport(node, { source, lineOf }) {
  /** @type {readonly Node[]} */
  const names = node.specifiers ?? [];
  const isType = (/** @type {Node} */ each) => each.importKind === 'type' || each.exportKind === 'type';
  const typeOnly = isType(node) || (names.length > 0 && names.every(isType));
  source.imports.push({ specifier: node.source.value, line: lineOf(node.start), dynamic: false, typeOnly });
}

/** @param {Node | undefined} specifier @param {Node} node @param {Reading} reading */
function addRequest(specifier, node, { source, lineOf }) {
  if (typeof specifier?.value !== 'string') return;
  source.imports.push({ specifier: specifier.value, line: lineOf(node.start), dynamic: true, typeOnly: false });
}

/** @param {Reading} reading @param {Pick<Export, 'name' | 'from' | 'original'> & Partial<Export>} found */
function addExport({ source }, found) {
  source.exports.push({ kind: '', summary: '', ...found });
}

/** @param {Claim['kind']} kind @param {Node} node @param {Reading} reading */
function addClaim(kind, node, { source, lineOf, isComment }) {
  const [first, last] = [lineOf(node.start), lineOf(node.end)];
  source.claims.push({ kind, line: last, documented: range(first - 1, last).some(isComment) });
}

/** @type {Readonly<Record<string, string>>} */
const declarations = {
  FunctionDeclaration: 'function',
  TSDeclareFunction: 'function',
  ClassDeclaration: 'class',
  TSInterfaceDeclaration: 'type',
  TSTypeAliasDeclaration: 'type',
};

/** @param {Node} declaration @returns {{ name: string, kind: string }[]} */
function declared(declaration) {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.map((/** @type {Node} */ each) => ({
      name: each.id.name,
      kind: each.init?.type === 'ArrowFunctionExpression' ? 'function' : 'value',
    }));
  }
  const kind = declarations[declaration.type];
  return kind && declaration.id ? [{ name: declaration.id.name, kind }] : [];
}

/** @param {string} text */
function firstLine(text) {
  const [first = '', second = ''] = text.split('\n', 2);
  return first.startsWith('#!') ? second : first;
}

/** @param {number} from @param {number} to */
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The first sentence of a documentation comment. @param {string} comment */
function sentence(comment) {
  const lines = comment.replace(/^\*/, '').replace(/\n\s*\*/g, ' ');
  const flat = lines.replace(/\s+/g, ' ').trim();
  return /^.*?[.:](?=\s|$)/.exec(flat)?.[0].replace(/:$/, '.') ?? flat;
}
