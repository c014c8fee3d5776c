// How does a developer start a new kind of change, adopter, format or verb? `npm run new change set-not-null`
// @ts-check
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';
import { shelves } from './shelves.mjs';
import { stubs } from './stubs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const words = shelves.map(({ word }) => word).join('|');

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

const [word = '', name = ''] = process.argv.slice(2);
const shelf = shelves.find((each) => each.word === word) ?? refuse(`Usage: npm run new ${words} NAME`);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
  refuse(`"${name}" is no name: write lower-case words with hyphens between them, such as set-not-null.`);
if (['define', 'index'].includes(name)) refuse(`"${name}" is the name of a file every shelf has. Choose another.`);
const file = `${shelf.folder}/${name}.ts`;
if (existsSync(join(root, file))) refuse(`${file} is there already. Open it, or choose another name.`);
if (!existsSync(join(root, shelf.folder, 'define.ts')))
  refuse(`${shelf.folder}/define.ts is missing, so nothing can lie on this shelf.`);

const places = shelf.tests(name);
const [place = ''] = places;
const test = place.endsWith('/') ? `${place}first.md` : place;
const { source, firstTest } = stubs[shelf.word](name);
for (const [path, text] of [
  [file, source],
  [test, firstTest],
]) {
  if (path === undefined || text === undefined) continue;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { flag: 'wx' });
  console.log(`wrote ${path}`);
}
for (const path of await generate(root, { write: true })) console.log(`wrote ${path}`);
console.log(
  `\nNext: fill in ${file}, then make ${test} pass. Its page ${shelf.page(name)} follows with npm run generate.`,
);
