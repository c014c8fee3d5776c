// What is needed to open a database, in one piece: it is loaded when it is needed, and one file loads faster than several.
export { connect } from './connect.ts';
export { resolveTarget } from './target.ts';
